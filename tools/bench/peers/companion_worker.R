# lme4 fits the model with covariates again and again: Rscript companion_worker.R FOLDER SECONDS
# Prints a line of JSON, by the rules of repetition of fit_worker.py.

script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "repeat.R"))
folder <- arguments[[1]]
suppressPackageStartupMessages(library(lme4))

numbers <- function(name) column(file.path(folder, paste0(name, ".bin")))
students <- data.frame(
  school = factor(column(file.path(folder, "group.bin"), "integer", 4)),
  sapply(c("score", "x1", "x2", "x3", "x4", "z1", "z2"), numbers)
)
fit <- function() {
  lmer(score ~ x1 + x2 + x3 + x4 + z1 + z2 + (1 | school), data = students, REML = TRUE)
}
done <- repeated(fit, as.numeric(arguments[[2]]))
cat(sprintf(
  '{"seconds": [%s], "tau00": %.17g, "slope": %.17g}\n',
  done$seconds, as.data.frame(VarCorr(done$result))$vcov[[1]], fixef(done$result)[["x1"]]
))
