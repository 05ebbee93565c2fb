"""The companion model by whole covariance matrices, as textbooks write it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dense:
    """One dataset: rows' groups, design matrix with a constant, outcome."""

    group: np.ndarray
    x: np.ndarray
    y: np.ndarray

    @property
    def z(self) -> np.ndarray:
        return (self.group[:, None] == np.arange(self.group.max() + 1)) * 1.0

    @property
    def slopes(self) -> list[np.ndarray]:
        """Derivatives of the rows' covariance in tau00 and sigma2."""
        return [self.z @ self.z.T, np.eye(len(self.y))]

    def covariance(self, tau00: float, sigma2: float) -> np.ndarray:
        same, own = self.slopes
        return tau00 * same + sigma2 * own

    def of_beta(self, tau00: float, sigma2: float) -> np.ndarray:
        return np.linalg.inv(self.x.T @ np.linalg.solve(self.covariance(tau00, sigma2), self.x))

    def beta(self, tau00: float, sigma2: float) -> np.ndarray:
        weighted = np.linalg.solve(self.covariance(tau00, sigma2), self.y)
        return self.of_beta(tau00, sigma2) @ self.x.T @ weighted

    def deviance(self, tau00: float, sigma2: float, reml: bool) -> float:
        v = self.covariance(tau00, sigma2)
        residual = self.y - self.x @ self.beta(tau00, sigma2)
        whole = np.linalg.slogdet(v)[1] + residual @ np.linalg.solve(v, residual)
        rows = len(self.y) - self.x.shape[1] * reml
        if reml:
            whole -= np.linalg.slogdet(self.of_beta(tau00, sigma2))[1]
        return float(whole + rows * np.log(2 * np.pi))

    def expected_information(self, tau00: float, sigma2: float, reml: bool) -> np.ndarray:
        inverse = np.linalg.inv(self.covariance(tau00, sigma2))
        if reml:
            fixed = inverse @ self.x
            inverse = inverse - fixed @ self.of_beta(tau00, sigma2) @ fixed.T
        parts = [inverse @ slope for slope in self.slopes]
        return np.array([[np.trace(a @ b) / 2 for b in parts] for a in parts])

    def kenward_roger(self, tau00: float, sigma2: float) -> np.ndarray:
        """Kenward & Roger (1997), eq. 3."""
        inverse = np.linalg.inv(self.covariance(tau00, sigma2))
        w = np.linalg.inv(self.expected_information(tau00, sigma2, True))
        phi, x, change = self.of_beta(tau00, sigma2), self.x, 0.0
        p = [-x.T @ inverse @ s @ inverse @ x for s in self.slopes]
        for i, one in enumerate(self.slopes):
            for k, other in enumerate(self.slopes):
                q = x.T @ inverse @ one @ inverse @ other @ inverse @ x
                change = change + w[i, k] * (q - p[i] @ phi @ p[k])
        return phi + 2 * phi @ change @ phi

    def predictors(self, tau00: float, sigma2: float) -> np.ndarray:
        """What takes residuals to the groups' u, shape (J, N)."""
        return tau00 * np.linalg.solve(self.covariance(tau00, sigma2), self.z).T

    def mean_squared_errors(
        self, tau00: float, sigma2: float, constant: np.ndarray, reml: bool
    ) -> np.ndarray:
        """Of constant' beta + u_j: g1 + g2 + 2 g3 of Datta & Lahiri (2000), shape (J,)."""
        v, b = self.covariance(tau00, sigma2), self.predictors(tau00, sigma2)
        g1 = tau00 - np.diag(b @ self.z) * tau00
        d = constant - b @ self.x
        g2 = np.einsum("ja,ab,jb->j", d, self.of_beta(tau00, sigma2), d)
        step = 1e-5 * np.array([tau00, sigma2])
        slopes = [
            (self.predictors(*(theta + h)) - self.predictors(*(theta - h))) / (2 * h.sum())
            for theta, h in zip([np.array([tau00, sigma2])] * 2, np.diag(step), strict=True)
        ]
        w = np.linalg.inv(self.expected_information(tau00, sigma2, reml))
        g3 = sum(
            w[i, k] * np.einsum("jn,nm,jm->j", slopes[i], v, slopes[k])
            for i in range(2)
            for k in range(2)
        )
        return g1 + g2 + 2 * g3
