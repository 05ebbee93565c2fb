# The pseudo likelihood of the companion by adaptive Gauss-Hermite quadrature over the group
# effects, row by row, maximised by general optimisers; the sandwich from numerical derivatives
# group by group. No closed form is used.
#     Rscript weighted.R small|ostrana > NAME_weighted.json
suppressMessages({library(jsonlite); library(numDeriv)})
name <- commandArgs(TRUE)[1]
if (name == "small") {
  d <- read.csv("small.csv")
  d <- d[!is.na(d$x), ]
  d <- data.frame(group = d$group, y = d$y, x = d$x / 1000, total = d$weight, of_group = d$weight_group,
                  two = as.numeric(d$track == "academic"))
} else {
  d <- suppressWarnings(foreign::read.spss("../../../data/ostrana/bsgostm8.sav",
                                           to.data.frame = TRUE, use.value.labels = FALSE))
  d <- d[!is.na(d$BSMMAT01) & d$BSMMAT01 < 9999 & !is.na(d$BSBG04) & d$BSBG04 < 9, ]
  d <- data.frame(group = d$IDSCHOOL, y = d$BSMMAT01, x = d$BSBG04, total = d$TOTWGT,
                  of_group = d$WGTFAC1 * d$WGTADJ1, two = as.numeric(d$ITSEX == 1))
}
d$w <- d$total / d$of_group
rows <- split(seq_len(nrow(d)), d$group)
a <- sapply(rows, function(i) d$of_group[i[1]])
# About the weighted group mean, which is the same under any scaling.
d$mean <- ave(d$w * d$x, d$group, FUN = sum) / ave(d$w, d$group, FUN = sum)
x <- cbind(constant = 1, x = d$x - d$mean, two = d$two, mean = d$mean)
# Orthogonal columns in the search: numerical derivatives lose digits to collinearity.
decomposed <- qr(x)
x <- qr.Q(decomposed) * sqrt(nrow(d))
to_beta <- solve(qr.R(decomposed)) * sqrt(nrow(d))

k <- 9
jacobi <- matrix(0, k, k)
for (i in 1:(k - 1)) jacobi[i, i + 1] <- jacobi[i + 1, i] <- sqrt(i / 2)
eigen_of <- eigen(jacobi, symmetric = TRUE)
nodes <- eigen_of$values; log_weights <- log(sqrt(pi) * eigen_of$vectors[1, ]^2) + nodes^2

of_groups <- function(beta, tau, sigma2, w) {
  r <- d$y - drop(x %*% beta)
  sapply(rows, function(i) {
    precision <- sum(w[i]) / sigma2 + 1 / tau
    u <- sum(w[i] * r[i]) / sigma2 / precision + sqrt(2 / precision) * nodes
    conditional <- colSums(w[i] * dnorm(outer(r[i], u, "-"), 0, sqrt(sigma2), log = TRUE))
    value <- conditional + dnorm(u, 0, sqrt(tau), log = TRUE) + log_weights
    0.5 * log(2 / precision) + max(value) + log(sum(exp(value - max(value))))
  })
}
fit <- function(scaling) {
  w <- switch(scaling, none = d$w,
    size = d$w * ave(d$w, d$group, FUN = function(v) length(v) / sum(v)),
    effective = d$w * ave(d$w, d$group, FUN = function(v) sum(v) / sum(v^2)))
  ols <- lm.wfit(x, d$y, d$total)
  spread <- sd(ols$residuals)
  # Steps far above rounding: about 50 standard errors, and a factor of e.
  unit <- c(50 * sqrt(diag(solve(crossprod(x)))) * spread, 1, 1)
  start <- c(ols$coefficients, log(spread^2 / 5), log(spread^2))
  groups <- function(v) {
    p <- start + v * unit
    a * of_groups(p[1:4], exp(p[5]), exp(p[6]), w)
  }
  objective <- function(v) -sum(groups(v)) / sum(a)
  best <- numeric(6)
  for (round in 1:2) best <- optim(best, objective, method = "BFGS", control = list(reltol = 1e-14, maxit = 500))$par
  for (round in 1:4) best <- best - solve(hessian(objective, best), grad(objective, best))
  bread <- solve(hessian(function(v) sum(groups(v)), best))
  # Of the coefficients; how the variances are written changes nothing about it.
  covariance <- (bread %*% crossprod(jacobian(groups, best)) %*% bread)[1:4, 1:4]
  p <- start + best * unit
  covariance <- to_beta %*% (covariance * outer(unit[1:4], unit[1:4])) %*% t(to_beta)
  list(beta = unname(drop(to_beta %*% p[1:4])), se = unname(sqrt(diag(covariance))),
       tau00 = exp(p[5]), sigma2 = exp(p[6]), log_likelihood = sum(groups(best)))
}
scalings <- c("none", "size", "effective")
cat(toJSON(lapply(setNames(nm = scalings), fit), digits = NA, auto_unbox = TRUE), "\n")
