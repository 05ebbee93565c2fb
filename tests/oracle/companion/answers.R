# What R says of the companion model: lme4, lmerTest and pbkrtest by REML and ML.
#     Rscript answers.R hsb82|small|ostrana > NAME.json
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
name <- commandArgs(TRUE)[1]
data_folder <- file.path("..", "..", "..", "data")

mean_of <- function(x, group, w = rep(1, length(x))) ave(w * x, group, FUN = sum) / ave(w, group, FUN = sum)
# Columns as the formulas below name them.
read <- list(
  hsb82 = function() {
    d <- read.csv(file.path(data_folder, "hsb82", "hsb82.csv"))
    d$group <- factor(d$school)
    d$ses_mean <- mean_of(d$ses, d$group); d$ses_cwc <- d$ses - d$ses_mean
    d$ses_cgm <- d$ses - mean(d$ses)
    d$sector <- relevel(factor(d$sector), "Public")
    d$minority_text <- relevel(factor(ifelse(d$minority == 1, "yes", "no")), "no")
    d
  },
  small = function() {
    d <- read.csv("small.csv")
    d <- d[!is.na(d$x), ]
    d$x_mean <- mean_of(d$x, d$group); d$x_cwc <- d$x - d$x_mean; d$x_cgm <- d$x - mean(d$x)
    d$group <- factor(d$group)
    most <- function(v) relevel(factor(v), names(which.max(table(v))))
    d$track <- most(d$track); d$sector <- most(d$sector)
    d
  },
  ostrana = function() {
    d <- suppressWarnings(foreign::read.spss(file.path(data_folder, "ostrana", "bsgostm8.sav"),
                                             to.data.frame = TRUE, use.value.labels = FALSE))
    d <- d[!is.na(d$BSMMAT01) & d$BSMMAT01 < 9999 & !is.na(d$BSBG04) & d$BSBG04 < 9, ]
    d$group <- factor(d$IDSCHOOL); d$girl <- as.numeric(d$ITSEX == 1); d$books <- d$BSBG04
    d$books_mean <- mean_of(d$books, d$group); d$books_cwc <- d$books - d$books_mean
    d
  }
)
d <- read[[name]]()
models <- list(
  hsb82 = list(
    null = mathach ~ 1, means_as_outcomes = mathach ~ meanses, overall = mathach ~ ses_cgm,
    contextual = mathach ~ ses_cwc + ses_mean,
    two_valued = mathach ~ ses_cwc + female + minority + ses_mean + sector,
    member = mathach ~ ses_cwc + female + minority_text,
    full = mathach ~ ses_cwc + female + minority_text + ses_mean + disclim + himinty + sector,
    raw = mathach ~ ses + female + minority_text + disclim + himinty + sector),
  small = list(
    null = y ~ 1, member = y ~ x_cwc + track, full = y ~ x_cwc + track + x_mean + climate + sector,
    raw = y ~ x + track + climate + sector, overall = y ~ x_cgm + track + climate + sector,
    boundary_null = flat ~ 1, boundary = flat ~ x_cwc + track + x_mean + climate + sector),
  ostrana = unlist(lapply(1:5, function(m) {
    y <- paste0("BSMMAT0", m)
    list(null = reformulate("1", y), member = reformulate(c("books_cwc", "girl"), y),
         full = reformulate(c("books_cwc", "girl", "books_mean"), y),
         raw = reformulate(c("books", "girl"), y))
  }))
)[[name]]
if (name == "ostrana") names(models) <- paste0(names(models), "_", rep(1:5, each = 4))

tight <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
                     check.scaleX = "ignore",
                     optCtrl = list(xtol_rel = 1e-15, xtol_abs = 1e-15, ftol_abs = 0, ftol_rel = 0,
                                    maxeval = 5000))
answer <- function(formula, reml) {
  fit <- lmerTest::lmer(update(formula, . ~ . + (1 | group)), d, REML = reml, control = tight)
  table <- coef(summary(fit)); v <- as.data.frame(VarCorr(fit))$vcov
  found <- list(
    beta = unname(fixef(fit)), names = names(fixef(fit)), se = unname(table[, "Std. Error"]),
    df_satterthwaite = unname(table[, "df"]), t = unname(table[, "t value"]),
    p = unname(table[, "Pr(>|t|)"]), tau00 = v[1], sigma2 = v[2],
    log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit),
    fixed_variance = var(as.vector(model.matrix(fit) %*% fixef(fit))),
    u = unname(ranef(fit)$group[, 1]))
  if (reml) {
    kr <- vcovAdj(fit)
    found$se_kenward_roger <- sqrt(unname(diag(as.matrix(kr))))
    found$df_kenward_roger <- sapply(seq_along(fixef(fit)), function(k)
      Lb_ddf(as.numeric(seq_along(fixef(fit)) == k), vcov(fit), kr))
  }
  found
}
answers <- list(r = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")),
                lmerTest = as.character(packageVersion("lmerTest")),
                pbkrtest = as.character(packageVersion("pbkrtest")), n = nrow(d))
answers$models <- lapply(models, function(f) list(REML = answer(f, TRUE), ML = answer(f, FALSE)))
cat(toJSON(answers, digits = NA, pretty = FALSE), "\n")
