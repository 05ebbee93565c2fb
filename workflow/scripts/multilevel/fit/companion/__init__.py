"""The companion model: a random intercept beside fixed covariates of members and groups.

Y_ij = gamma00 + x_ij' beta + z_j' gamma + u_0j + r_ij, u_0j ~ N(0, tau00), r_ij ~ N(0, sigma2)
"""
