# One R package fits one file, again and again: Rscript fit_worker.R PACKAGE FOLDER SECONDS
# Prints a line of JSON as fit_worker.py does, by the same rules of repetition.

script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "repeat.R"))
package <- arguments[[1]]
folder <- arguments[[2]]
suppressPackageStartupMessages(library(package, character.only = TRUE))

students <- data.frame(
  school = factor(column(file.path(folder, "group.int32"), "integer", 4)),
  score = column(file.path(folder, "score.float64"))
)

fits <- list(
  lme4 = function() {
    fitted <- lmer(score ~ 1 + (1 | school), data = students, REML = TRUE)
    as.data.frame(VarCorr(fitted))$vcov[[1]]
  },
  nlme = function() {
    fitted <- lme(score ~ 1, random = ~ 1 | school, data = students, method = "REML")
    as.numeric(getVarCov(fitted)[1, 1])
  },
  glmmTMB = function() {
    fitted <- glmmTMB(score ~ 1 + (1 | school), data = students, REML = TRUE)
    as.numeric(VarCorr(fitted)$cond$school[1, 1])
  }
)
done <- repeated(fits[[package]], as.numeric(arguments[[3]]))

peak <- "null"
if (file.exists("/proc/self/status")) {
  line <- grep("^VmHWM:", readLines("/proc/self/status"), value = TRUE)
  peak <- sprintf("%.0f", as.numeric(gsub("[^0-9]", "", line)) * 1024)
}
cat(sprintf(
  '{"seconds": [%s], "tau00": %.17g, "peak": %s, "version": "%s"}\n',
  done$seconds, done$result, peak, as.character(packageVersion(package))
))
