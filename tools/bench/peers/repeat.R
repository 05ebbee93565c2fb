# What R's workers share: arguments, files of numbers, and fits repeated by the rules of fit_worker.py.

arguments <- commandArgs(trailingOnly = TRUE)

column <- function(file, kind = "double", size = 8) {
  readBin(file, kind, file.size(file) / size, size = size)
}

# Seconds of each fit, within the limit, and what the last one returned.
repeated <- function(fit, limit) {
  once <- function() {
    begun <- proc.time()[["elapsed"]]
    result <<- suppressWarnings(fit())
    proc.time()[["elapsed"]] - begun
  }
  result <- NULL
  first <- once()
  seconds <- c()
  if (first > limit / 3) {
    seconds <- first
  } else {
    while (length(seconds) < 3 ||
      (length(seconds) < 15 && sum(seconds) + first < min(limit / 3, 5))) {
      seconds <- c(seconds, once())
    }
  }
  list(seconds = paste(sprintf("%.4f", seconds), collapse = ", "), result = result)
}
