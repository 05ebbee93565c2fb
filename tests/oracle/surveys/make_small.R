# A small survey for the oracles, with what a large one rarely has: schools of one student,
# very unequal weights, and a plausible value whose tau00 is 0.
#     Rscript make_small.R > small.csv
set.seed(1987)
sizes <- c(1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 12)
school <- rep(seq_along(sizes), sizes)
group_weight <- round(exp(rnorm(length(sizes), 1.5, 0.6)), 4)[school]
conditional <- round(1 + rexp(length(school), 0.6), 4)
effect <- rnorm(length(sizes), 0, 35)
true <- 250 + effect[school] + rnorm(length(school), 0, 30)
values <- sapply(1:3, function(m) round(true + rnorm(length(school), 0, 14), 4))
# The third without any difference between the schools' means but chance's.
values[, 3] <- round(250 + (values[, 3] - ave(values[, 3], school)) * 1.2 +
                       rnorm(length(school), 0, 3), 4)
zone <- (school + 1) %/% 2
hadamard <- matrix(1, 1, 1)
for (i in 1:3) hadamard <- rbind(cbind(hadamard, hadamard), cbind(hadamard, -hadamard))
total <- group_weight * conditional
replicate <- sapply(1:8, function(r) {
  sign <- hadamard[r, zone + 1] * ifelse(school %% 2 == 1, 1, -1)
  round(total * (1 + 0.5 * sign), 5)
})
colnames(replicate) <- paste0("R", 1:8)
colnames(values) <- paste0("PV", 1:3)
write.csv(data.frame(school, values, total, group = group_weight, zone,
                     half = school %% 2, replicate), quote = FALSE, row.names = FALSE)
