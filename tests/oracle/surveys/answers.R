# What R says of a survey, by other ways than the product's:
# - plausible values: lme4, each by itself, and Rubin's rules written out;
# - weights: the pseudo likelihood by adaptive Gauss-Hermite quadrature over the school effects,
#   maximised by optim; scores by numerical derivatives, one school at a time;
# - the weighted mean: replicate weights made in plain loops, and package survey.
#     Rscript answers.R small.csv NAME... > answers.json
suppressMessages({library(lme4); library(survey); library(jsonlite)})
arguments <- commandArgs(TRUE)
file <- arguments[1]
if (grepl("[.]sav$", file)) {
  d <- suppressWarnings(foreign::read.spss(file, to.data.frame = TRUE, use.value.labels = FALSE))
  d <- data.frame(school = d$IDSCHOOL, PV = d[paste0("BSMMAT0", 1:5)], total = d$TOTWGT,
                  group = d$WGTFAC1 * d$WGTADJ1, zone = d$JKZONE, half = d$JKREP)
  names(d)[2:6] <- paste0("PV", 1:5)
  d <- d[!is.na(d$PV1) & d$PV1 < 9999, ]
} else {
  d <- read.csv(file)
}
pvs <- grep("^PV", names(d), value = TRUE)
m <- length(pvs)

rubin <- function(estimate, se) {
  u <- mean(se^2); b <- var(estimate); total <- u + (1 + 1 / m) * b
  r <- (1 + 1 / m) * b / u
  list(estimate = mean(estimate), within = u, between = b, se = sqrt(total),
       df = (m - 1) * (1 + 1 / r)^2, lambda = (1 + 1 / m) * b / total)
}

fits <- lapply(pvs, function(pv) {
  fit <- lmer(reformulate("1 + (1 | school)", pv), d, REML = TRUE,
              control = lmerControl(optimizer = "nloptwrap",
                optCtrl = list(xtol_rel = 1e-12, xtol_abs = 1e-12, ftol_abs = 1e-12)))
  v <- as.data.frame(VarCorr(fit))$vcov
  list(gamma00 = unname(fixef(fit)), se = sqrt(vcov(fit)[1, 1]), tau00 = v[1], sigma2 = v[2],
       icc = v[1] / sum(v), log_likelihood = as.numeric(logLik(fit)))
})
column <- function(list, name) sapply(list, `[[`, name)

# Gauss-Hermite nodes (Golub & Welsch 1969).
k <- 15
jacobi <- matrix(0, k, k)
for (i in 1:(k - 1)) jacobi[i, i + 1] <- jacobi[i + 1, i] <- sqrt(i / 2)
eigen_of <- eigen(jacobi, symmetric = TRUE)
nodes <- eigen_of$values; node_weights <- sqrt(pi) * eigen_of$vectors[1, ]^2

# log of the integral over u of prod_i f(y_i | u)^w_i times the density of u, for each school.
school_log_likelihood <- function(p, y, w, school) {
  gamma <- p[1]; tau <- exp(p[2]); sigma2 <- exp(p[3])
  sapply(split(seq_along(y), school), function(i) {
    integrand <- function(u) sum(w[i] * dnorm(y[i], gamma + u, sqrt(sigma2), log = TRUE)) +
      dnorm(u, 0, sqrt(tau), log = TRUE)
    curvature <- 1 / (sum(w[i]) / sigma2 + 1 / tau)
    mode <- curvature * sum(w[i] * (y[i] - gamma)) / sigma2
    u <- mode + sqrt(2 * curvature) * nodes
    values <- sapply(u, integrand) + nodes^2 + log(node_weights)
    0.5 * log(2 * curvature) + max(values) + log(sum(exp(values - max(values))))
  })
}

weighted <- function(pv, scaling) {
  y <- d[[pv]]; conditional <- d$total / d$group
  w <- switch(scaling, none = conditional,
    size = conditional * ave(conditional, d$school, FUN = function(x) length(x) / sum(x)),
    effective = conditional * ave(conditional, d$school, FUN = function(x) sum(x) / sum(x^2)))
  a <- tapply(d$group, d$school, `[`, 1)
  objective <- function(p) -sum(a * school_log_likelihood(p, y, w, d$school)) / sum(a)
  best <- c(mean(y), log(var(y) / 5), log(var(y)))
  for (round in 1:4) {
    best <- optim(best, objective, method = if (round %% 2) "Nelder-Mead" else "BFGS",
                  control = list(reltol = 1e-15, maxit = 2000))$par
  }
  # Newton's steps on numerical derivatives: the last digits.
  for (round in 1:2) {
    g <- numDeriv::grad(objective, best); h <- numDeriv::hessian(objective, best)
    step <- solve(h, g)
    if (all(abs(step) < 1)) best <- best - step
  }
  # In (gamma00, tau00, sigma2).
  at <- c(best[1], exp(best[2:3]))
  natural <- function(p) a * school_log_likelihood(c(p[1], log(p[2:3])), y, w, d$school)
  scores <- numDeriv::jacobian(natural, at)
  bread <- solve(numDeriv::hessian(function(p) sum(natural(p)), at))
  covariance <- bread %*% crossprod(scores) %*% bread
  list(gamma00 = at[1], tau00 = at[2], sigma2 = at[3], icc = at[2] / (at[2] + at[3]),
       se_gamma00 = sqrt(covariance[1, 1]), se_tau00 = sqrt(covariance[2, 2]),
       se_sigma2 = sqrt(covariance[3, 3]), log_likelihood = sum(natural(at)))
}

# Replicates one by one.
means <- sapply(pvs, function(pv) sum(d$total * d[[pv]]) / sum(d$total))
jackknife <- function(pv, halves) {
  t0 <- sum(d$total * d[[pv]]) / sum(d$total); squares <- 0
  for (h in unique(d$zone)) for (half in halves) {
    w <- d$total
    w[d$zone == h & d$half == half] <- 2 * w[d$zone == h & d$half == half]
    w[d$zone == h & d$half != half] <- 0
    squares <- squares + (sum(w * d[[pv]]) / sum(w) - t0)^2
  }
  squares / length(halves)
}
official <- function(sampling) {
  list(mean = mean(means), sampling = sampling, imputation = var(means),
       se = sqrt(sampling + (1 + 1 / m) * var(means)))
}
answers <- list(
  r = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")),
  survey = as.character(packageVersion("survey")), n = nrow(d),
  per_value = fits,
  gamma00 = rubin(column(fits, "gamma00"), column(fits, "se")),
  tau00 = mean(column(fits, "tau00")), sigma2 = mean(column(fits, "sigma2")),
  icc = mean(column(fits, "icc")), sd_icc = sd(column(fits, "icc")),
  jk2 = official(mean(sapply(pvs, jackknife, halves = 0:1))),
  jk2_half = official(jackknife(pvs[1], 1))
)
replicates <- grep("^R[0-9]+$", names(d), value = TRUE)
if (length(replicates)) {
  design <- svrepdesign(data = d, weights = ~total, repweights = d[replicates],
                        type = "Fay", rho = 0.5, combined.weights = TRUE, mse = TRUE)
  answers$brr_fay <- official(mean(sapply(pvs, function(pv)
    as.numeric(vcov(svymean(reformulate(pv), design))))))
}
# Package survey on the jackknife of one half, its replicate weights in a matrix.
jk <- sapply(unique(d$zone), function(h) d$total * ifelse(d$zone == h, 2 * d$half, 1))
design <- svrepdesign(data = d, weights = ~total, repweights = jk, type = "other", scale = 1,
                      rscales = rep(1, ncol(jk)), combined.weights = TRUE, mse = TRUE)
answers$jk2_half_by_survey <- as.numeric(vcov(svymean(reformulate(pvs[1]), design)))
interior <- if (length(arguments) > 1) arguments[-1] else pvs
scalings <- c("none", "size", "effective")
answers$weighted <- lapply(setNames(nm = interior), function(pv)
  lapply(setNames(nm = scalings), function(scaling) weighted(pv, scaling)))
cat(toJSON(answers, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
