# What large files rarely have, for the oracles of the companion: groups of one member, a
# covariate with a large mean and gaps, a text column, an outcome whose tau00 is 0 given the
# covariates, weights.
#     Rscript make_small.R > small.csv
set.seed(20021)
sizes <- rep(c(1, 2, 2, 3, 4, 5, 6, 9), 4)
group <- rep(seq_along(sizes), sizes)
n <- length(group)
climate <- round(rnorm(length(sizes)), 3)
sector <- sample(c("public", "church", "private"), length(sizes), TRUE, c(.6, .3, .1))
x <- round(20000 + 300 * climate[group] + 500 * rnorm(n), 1)
track <- sample(c("general", "academic", "vocational"), n, TRUE, c(.5, .3, .2))
fixed <- 0.004 * (x - 20000) + 3 * (track == "academic") - 2 * (track == "vocational")
y <- round(50 + fixed + 2 * climate[group] + rnorm(length(sizes), 0, 3)[group] + rnorm(n, 0, 5), 3)
flat <- round(50 + fixed + 2 * climate[group] + rnorm(n, 0, 5), 3)
flat <- round(flat - 0.6 * (ave(flat - fixed, group) - 50 - 2 * climate[group]), 3)
x[sample(n, 7)] <- NA
weight_group <- round(exp(rnorm(length(sizes), 1, 0.5)), 4)[group]
weight <- round(weight_group * (1 + rexp(n, 0.8)), 4)
write.csv(data.frame(group, y, flat, x, track, climate = climate[group], sector = sector[group],
                     weight, weight_group), quote = FALSE, row.names = FALSE, na = "")
