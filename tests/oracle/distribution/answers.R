# Percentiles, shares, mean and SD of surveys by R's package survey, by its own replicate weights:
# - ostrana: JK2 over both halves of each zone, and over one; five plausible values;
# - small: BRR with Fay's factor .5; three plausible values;
# - both without replicates: delete-one-school jackknife (JK1) for mean and shares, and the
#   bootstrap of Rao & Wu over schools (1,000 draws) for percentiles.
#     Rscript answers.R FOLDER_OF_OSTRANA small.csv > answers.json
suppressMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(TRUE)
set.seed(1)
percents <- c(5, 10, 25, 50, 75, 90, 95) / 100

ostrana <- suppressWarnings(foreign::read.spss(file.path(arguments[1], "bsgostm8.sav"),
  to.data.frame = TRUE, use.value.labels = FALSE))
ostrana <- data.frame(school = ostrana$IDSCHOOL, PV = ostrana[paste0("BSMMAT0", 1:5)],
  total = ostrana$TOTWGT, zone = ostrana$JKZONE, half = ostrana$JKREP)
names(ostrana)[2:6] <- paste0("PV", 1:5)
ostrana <- ostrana[!is.na(ostrana$PV1) & ostrana$PV1 < 9999, ]
small <- read.csv(arguments[2])

# By definition: the smallest score at which the cumulated weight reaches p.
percentile <- function(w, y, p) {
  by_score <- rowsum(w, y)
  reached <- cumsum(by_score[, 1]) / sum(w)
  values <- sort(unique(y))
  sapply(p, function(p) values[which(reached >= p - 1e-9)[1]])
}
statistics <- function(w, y, cuts) {
  m <- sum(w * y) / sum(w)
  c(m, sqrt(sum(w * (y - m)^2) / sum(w)), percentile(w, y, percents),
    sapply(cuts, function(c) sum(w[y >= c]) / sum(w)))
}

# Value and sampling variance of mean, SD, percentiles, shares of one plausible value.
sampled <- function(design, pv, cuts) {
  answer <- withReplicates(design, function(w, data) statistics(w, data[[pv]], cuts))
  list(value = as.numeric(answer), variance = diag(as.matrix(attr(answer, "var"))))
}

pooled <- function(design, pvs, cuts, first_only = FALSE) {
  each <- lapply(pvs, function(pv) sampled(design, pv, cuts))
  value <- sapply(each, `[[`, "value"); variance <- sapply(each, `[[`, "variance")
  sampling <- if (first_only) variance[, 1] else rowMeans(variance)
  m <- length(pvs)
  between <- if (m > 1) (1 + 1 / m) * apply(value, 1, var) else 0
  list(cuts = cuts, value = rowMeans(value), se = sqrt(sampling + between))
}

zones <- sort(unique(ostrana$zone))
replicates <- function(half) sapply(zones, function(z)
  ostrana$total * ifelse(ostrana$zone == z, 2 * (ostrana$half == half), 1))
jackknife <- function(weights, scale) svrepdesign(data = ostrana, weights = ~total,
  repweights = weights, type = "other", scale = scale, rscales = rep(1, ncol(weights)),
  combined.weights = TRUE, mse = TRUE)
pvs <- paste0("PV", 1:5); cuts <- c(400, 475, 550, 625)

fay <- svrepdesign(data = small, weights = ~total, repweights = small[paste0("R", 1:8)],
  type = "Fay", rho = 0.5, combined.weights = TRUE, mse = TRUE)
small_cuts <- as.numeric(round(quantile(small$PV1, c(.2, .6)), 3))

# Schools alone: the jackknife's variances are about the mean of the replicates.
schools <- function(data, weights, pvs, cuts) {
  design <- svydesign(ids = ~school, weights = weights, data = data)
  jk1 <- pooled(as.svrepdesign(design, type = "JK1", mse = FALSE), pvs, cuts)
  boot <- pooled(as.svrepdesign(design, type = "subbootstrap", replicates = 1000, mse = FALSE),
                 pvs, cuts)
  percentiles <- 2 + seq_along(percents)
  jk1$se[percentiles] <- boot$se[percentiles]
  jk1
}
answers <- list(
  r = as.character(getRversion()), survey = as.character(packageVersion("survey")),
  jk2 = pooled(jackknife(cbind(replicates(0), replicates(1)), 0.5), pvs, cuts),
  jk2_half = pooled(jackknife(replicates(1), 1), pvs, cuts, first_only = TRUE),
  brr_fay = pooled(fay, paste0("PV", 1:3), small_cuts),
  schools_weighted = schools(ostrana, ~total, pvs, cuts),
  schools = schools(transform(ostrana, unit = 1), ~unit, "PV1", cuts)
)
cat(toJSON(answers, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
