"""The symbols of the model as they stand inside sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup


def _symbol(html: str) -> Markup:
    return Markup(f'<span class="sym">{html}</span>')


SYMBOLS: Mapping[str, Markup] = MappingProxyType(
    {
        "Yij": _symbol("<i>Y<sub>ij</sub></i>"),
        "ybar_j": _symbol("<i>Y̅</i><sub>.<i>j</i></sub>"),
        "ybar": _symbol("<i>Y̅</i><sub>..</sub>"),
        "beta0j": _symbol("<i>β</i><sub>0<i>j</i></sub>"),
        "beta0j_star": _symbol("<i>β</i>*<sub>0<i>j</i></sub>"),
        "gamma00": _symbol("<i>γ</i><sub>00</sub>"),
        "gamma00_hat": _symbol("<i>γ̂</i><sub>00</sub>"),
        "tau00": _symbol("<i>τ</i><sub>00</sub>"),
        "tau00_hat": _symbol("<i>τ̂</i><sub>00</sub>"),
        "sqrt_tau00": _symbol("√<i>τ</i><sub>00</sub>"),
        "sqrt_tau00_hat": _symbol("√<i>τ̂</i><sub>00</sub>"),
        "sigma2": _symbol("<i>σ</i><sup>2</sup>"),
        "sigma2_hat": _symbol("<i>σ̂</i><sup>2</sup>"),
        "sigma": _symbol("<i>σ</i>"),
        "u0j": _symbol("<i>u</i><sub>0<i>j</i></sub>"),
        "rij": _symbol("<i>r<sub>ij</sub></i>"),
        "ej": _symbol("<i>e<sub>j</sub></i>"),
        "Vj": _symbol("<i>V<sub>j</sub></i>"),
        "Deltaj": _symbol("Δ<sub><i>j</i></sub>"),
        "lambda_j": _symbol("<i>λ<sub>j</sub></i>"),
        "lambda": _symbol("<i>λ</i>"),
        "rho": _symbol("<i>ρ</i>"),
        "rho_hat": _symbol("<i>ρ̂</i>"),
        "n_j": _symbol("<i>n<sub>j</sub></i>"),
        "n_bar": _symbol("<i>n̅</i>"),
        "N": _symbol("<i>N</i>"),
        "J": _symbol("<i>J</i>"),
        "i": _symbol("<i>i</i>"),
        "j": _symbol("<i>j</i>"),
        "n": _symbol("<i>n</i>"),
        "t": _symbol("<i>t</i>"),
        "p": _symbol("<i>p</i>"),
        "F": _symbol("<i>F</i>"),
        "W": _symbol("<i>W</i>"),
        "H": _symbol("<i>H</i>"),
        "chi2": _symbol("<i>χ</i><sup>2</sup>"),
    }
)
