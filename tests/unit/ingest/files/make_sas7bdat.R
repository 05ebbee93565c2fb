# Makes scores.sas7bdat, which no Python library writes: Rscript make_sas7bdat.R, then gzip -9n it.
# Made for this project; public domain (CC0).
library(haven)
set.seed(1)
d <- data.frame(IDSCHOOL = rep(1:6, each = 10), SCORE = rnorm(60, 500, 100),
                NAME = rep(letters[1:6], each = 10))
d$SCORE[3] <- NA
attr(d$SCORE, "label") <- "Mathematics score"
write_sas(d, "scores.sas7bdat")
