# What R says of the methods that hold outside the textbook, by other ways than the product's.
#     Rscript answers.R > answers.json        (in this folder)
# - Hartung & Knapp's standard error: metafor, tau2 and sampling variances as lme4 estimates them;
# - Bartlett's test: stats::bartlett.test; slopes on log size: stats::lm;
# - the adjusted likelihood of Li & Lahiri (2010): REML in matrices, maximised by optim;
# - the weighted fit under replicate weights: the pseudo likelihood by nlm for every replicate,
#   variances by package survey (withReplicates);
# - the jackknife over schools: closed forms, refitted one school at a time.
suppressMessages({library(lme4); library(metafor); library(survey); library(jsonlite)})

schools <- function(name) {
  d <- na.omit(read.csv(file.path("..", "data", paste0(name, ".csv")), colClasses = c(group = "character")))
  d$group <- factor(d$group, levels = unique(d$group))
  list(d = d, n = as.vector(table(d$group)), m = as.vector(tapply(d$y, d$group, mean)),
       ss = as.vector(tapply(d$y, d$group, function(y) sum((y - mean(y))^2))))
}

hartung_knapp <- function(name) {
  s <- schools(name)
  reference <- fromJSON(file.path("..", "expected", paste0(name, ".json")))$reference$REML
  fit <- rma(yi = s$m, vi = reference$sigma2 / s$n, tau2 = reference$tau00, test = "knha")
  list(se = fit$se, mean = as.vector(fit$b))
}

spread <- function(name) {
  s <- schools(name)
  usable <- s$n > 1 & s$ss > 0
  keep <- s$d$group %in% levels(s$d$group)[usable]
  test <- bartlett.test(s$d$y[keep], droplevels(s$d$group[keep]))
  f <- s$n[usable] - 1
  y <- log(s$ss[usable] / f) - digamma(f / 2) + log(f / 2)
  slope <- if (length(unique(s$n)) > 1 && sum(usable) >= 10)
    unname(summary(lm(y ~ log(s$n[usable]), weights = 1 / trigamma(f / 2)))$coefficients[2, ]) else NULL
  list(statistic = unname(test$statistic), df = unname(test$parameter), p = test$p.value, slope = slope)
}

mean_by_size <- function(name) {
  s <- schools(name)
  r <- fromJSON(file.path("..", "expected", paste0(name, ".json")))$reference$REML
  unname(summary(lm(s$m ~ log(s$n), weights = 1 / (r$tau00 + r$sigma2 / s$n)))$coefficients[2, ])
}

adjusted <- function(name) {
  s <- schools(name); y <- s$d$y - mean(s$d$y); N <- length(y)
  z <- outer(s$d$group, levels(s$d$group), "==") + 0; x <- rep(1, N)
  value <- function(p) {
    tau <- exp(p[1]); sigma2 <- exp(p[2])
    v <- tau * tcrossprod(z) + sigma2 * diag(N); inverse <- solve(v)
    info <- sum(inverse); g <- sum(inverse %*% y) / info; e <- y - g
    log(tau) - 0.5 * (as.numeric(determinant(v)$modulus) + log(info) + as.numeric(t(e) %*% inverse %*% e))
  }
  best <- optim(c(log(var(y) / 20), log(var(y))), function(p) -value(p), method = "BFGS",
                control = list(reltol = 1e-15, maxit = 1000))
  best <- optim(best$par, function(p) -value(p), method = "Nelder-Mead", control = list(reltol = 1e-16, maxit = 5000))
  list(tau00 = exp(best$par[1]), sigma2 = exp(best$par[2]))
}

d <- read.csv(file.path("..", "surveys", "small.csv"))
pseudo_fit <- function(y, total, group, school) {
  used <- tapply(total, school, sum) > 0
  conditional <- total / group
  W <- tapply(conditional, school, sum); n <- as.vector(table(school))
  w <- conditional * (n / ifelse(W > 0, W, 1))[as.character(school)]
  gw <- tapply(total, school, sum) / tapply(d$total, school, sum) * tapply(d$group, school, mean)
  S <- tapply(w, school, sum)
  m <- tapply(w * y, school, sum) / ifelse(S > 0, S, 1)
  ss <- tapply(w * (y - m[as.character(school)])^2, school, sum)
  negative <- function(p) {
    g <- p[1]; t <- exp(p[2]); s <- exp(p[3])
    sum((gw / 2 * (S * log(s) + ss / s + log1p(S * t / s) + S * (m - g)^2 / (s + S * t)))[used])
  }
  start <- c(sum(gw * m) / sum(gw), log(var(y) / 3), log(var(y) * 2 / 3))
  best <- optim(start, negative, method = "BFGS", control = list(parscale = c(10, 1, 1), reltol = 1e-15, maxit = 2000))
  best <- optim(best$par, negative, method = "Nelder-Mead", control = list(parscale = c(10, 1, 1), reltol = 1e-16, maxit = 5000))
  c(gamma00 = best$par[1], tau00 = exp(best$par[2]), sigma2 = exp(best$par[3]))
}
typical <- { n <- as.vector(table(d$school)); (sum(n) - sum(n^2) / sum(n)) / (length(n) - 1) }
scales <- function(w, pv) {
  p <- unname(pseudo_fit(d[[pv]], w, d$group, d$school))
  c(ratio = log1p(typical * p[2] / p[3]), sigma2 = log(p[3]), gamma00 = p[1])
}
zones <- sort(unique(d$zone))
jk2 <- do.call(cbind, c(lapply(zones, function(h) ifelse(d$zone == h, ifelse(d$half == 1, 2, 0), 1) * d$total),
                        lapply(zones, function(h) ifelse(d$zone == h, ifelse(d$half == 1, 0, 2), 1) * d$total)))
by_replication <- function(pv) {
  design <- svrepdesign(data = d, weights = ~total, repweights = jk2, type = "other", scale = 0.5,
                        rscales = rep(1, ncol(jk2)), combined.weights = TRUE, mse = TRUE)
  fay <- svrepdesign(data = d, weights = ~total, repweights = as.matrix(d[paste0("R", 1:8)]), type = "Fay",
                     rho = 0.5, combined.weights = TRUE, mse = TRUE)
  values <- function(design) {
    found <- withReplicates(design, function(w, data) scales(w, pv))
    list(estimate = unname(as.vector(found)), se = unname(sqrt(diag(vcov(found)))))
  }
  schools <- sort(unique(d$school)); J <- length(schools)
  without <- sapply(schools, function(j) ifelse(d$school == j, 0, d$total * J / (J - 1)))
  jk1 <- svrepdesign(data = d, weights = ~total, repweights = without, type = "JK1", scale = (J - 1) / J,
                     rscales = rep(1, J), combined.weights = TRUE, mse = FALSE)
  list(jk2 = values(design), fay = values(fay), jk1 = values(jk1))
}

robust <- function(name) {
  s <- schools(name)
  r <- fromJSON(file.path("..", "expected", paste0(name, ".json")))$reference$REML
  q <- r$tau00 / r$sigma2
  both <- function(keep) {
    n <- s$n[keep]; m <- s$m[keep]; ss <- s$ss[keep]
    w <- n / (1 + n * q); g <- sum(w * m) / sum(w); within <- sum(ss) / sum(n - 1)
    c(sum(w * (m - g)^2) / (length(n) - 1) / within, within)
  }
  J <- length(s$n); whole <- both(rep(TRUE, J))
  without <- sapply(1:J, function(j) both(seq_len(J) != j))
  se <- function(k) sqrt((J - 1)^2 / J * var(log(without[k, ])))
  list(ratio = list(value = whole[1], se = se(1)), within = list(value = whole[2], se = se(2)))
}

set.seed(20190314)
names_of <- c("dyestuff", "dyestuff2", "rail", "hsb82", "exam", "bdf", "sim_unbal_a", "sim_singletons")
large <- c("hsb82", "exam", "bdf")
answers <- list(
  r = R.version.string, metafor = as.character(packageVersion("metafor")), survey = as.character(packageVersion("survey")),
  hartung_knapp = sapply(names_of, hartung_knapp, simplify = FALSE),
  spread = sapply(names_of, spread, simplify = FALSE),
  mean_by_size = sapply(large, mean_by_size, simplify = FALSE),
  adjusted = sapply(c("dyestuff2", "sim_boundary_unbal"), adjusted, simplify = FALSE),
  typical = typical, replication = sapply(c("PV1", "PV2"), by_replication, simplify = FALSE),
  robust = sapply(large, robust, simplify = FALSE))
cat(toJSON(answers, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
