"""The displayed equations of the report, in the lecture's notation.

Each method builds one `blocks.Equation`: presentation MathML and the same in
words. Numbers come as printed strings; an equation without numbers is the
general form, with numbers it goes on to the estimate (with hats, as in the
lecture). Sources: Raudenbush & Bryk (2002), chapters 2 and 3.
"""

from dataclasses import dataclass

from markupsafe import Markup

from multilevel.report.blocks import Equation
from multilevel.report.mathml import (
    Piece,
    bar,
    distributed,
    frac,
    gap,
    hat,
    math,
    number,
    paren,
    root,
    row,
    sub,
    subsup,
    sup,
    times,
    total,
    word,
)
from multilevel.report.symbols import SYMBOLS
from multilevel.wording.catalogue import Catalogue

__all__ = ["SYMBOLS", "Equations"]

Y_IJ = sub("Y", "i", "j")
MEAN_J = sub(bar("Y"), ".", "j")
GRAND_MEAN = sub(bar("Y"), ".", ".")
BETA = sub("β", "0", "j")
BETA_STAR = subsup("β", row("0", "j"), "*")
GAMMA, GAMMA_HAT = sub("γ", "00"), sub(hat("γ"), "00")
TAU, TAU_HAT = sub("τ", "00"), sub(hat("τ"), "00")
SIGMA2, SIGMA2_HAT = sup("σ", "2"), sup(hat("σ"), "2")
U, R, E = sub("u", "0", "j"), sub("r", "i", "j"), sub("e", "j")
N_J, V, V_HAT = sub("n", "j"), sub("V", "j"), sub(hat("V"), "j")
LAMBDA, LAMBDA_HAT = sub("λ", "j"), sub(hat("λ"), "j")
VAR_MEAN = row(word("Var"), paren(MEAN_J))
NO_LABEL = Markup()


def normal(mean: Piece, variance: Piece) -> Markup:
    """N(mean, variance)"""
    return row("N", paren(mean, ",", variance))


def means(value: str) -> Markup:
    """``= value``"""
    return row("=", number(value))


@dataclass(frozen=True)
class Equations:
    """Builds the equations; `words` gives each its spoken form (keys ``equation.*``)."""

    words: Catalogue

    def level_1(self, label: Markup = NO_LABEL) -> Equation:
        """Students within schools."""
        shown = row(Y_IJ, "=", BETA, "+", R, gap(), distributed(R, normal("0", SIGMA2)))
        return self._say("level_1", label, shown)

    def level_2(self, label: Markup = NO_LABEL) -> Equation:
        """Between schools."""
        shown = row(BETA, "=", GAMMA, "+", U, gap(), distributed(U, normal("0", TAU)))
        return self._say("level_2", label, shown)

    def combined(self, label: Markup = NO_LABEL) -> Equation:
        """Both levels in one line."""
        return self._say("combined", label, row(Y_IJ, "=", GAMMA, "+", U, "+", R))

    def gamma00(self, value: str, label: Markup = NO_LABEL) -> Equation:
        """The estimate of gamma00."""
        return self._say("gamma00", label, row(GAMMA_HAT, means(value)), value=value)

    def tau00(self, sd: str, value: str, label: Markup = NO_LABEL) -> Equation:
        """The estimate of tau00 as the square of its standard deviation."""
        shown = row(TAU_HAT, "=", sup(paren(number(sd)), "2"), means(value))
        return self._say("tau00", label, shown, sd=sd, value=value)

    def sigma2(self, sd: str, value: str, label: Markup = NO_LABEL) -> Equation:
        """The estimate of sigma2 as the square of its standard deviation."""
        shown = row(SIGMA2_HAT, "=", sup(paren(number(sd)), "2"), means(value))
        return self._say("sigma2", label, shown, sd=sd, value=value)

    def mean_over_members(self, value: str, n: str, label: Markup = NO_LABEL) -> Equation:
        """Option 1: the mean of all students; `n` is their number, N."""
        every = total("j", "J", total("i", N_J, Y_IJ))
        shown = row(frac(every, "N"), means(value), gap(), "N", means(n))
        return self._say("mean_over_members", label, shown, value=value, n=n)

    def mean_over_groups(self, value: str, n: str, label: Markup = NO_LABEL) -> Equation:
        """Option 2: the mean of the school means; `n` is the number of schools, J."""
        shown = row(frac(total("j", "J", MEAN_J), "J"), means(value), gap(), "J", means(n))
        return self._say("mean_over_groups", label, shown, value=value, n=n)

    def naive_variance(self, value: str, label: Markup = NO_LABEL) -> Equation:
        """The variance of the observed school means."""
        squares = total("j", "J", sup(paren(MEAN_J, "−", GRAND_MEAN), "2"))
        shown = row(frac(squares, row("J", "−", "1")), means(value))
        return self._say("naive_variance", label, shown, value=value)

    def observed_variance(self, label: Markup = NO_LABEL) -> Equation:
        """Var(Ybar_.j) = Delta_j = tau00 + V_j, V_j = sigma2/n_j."""
        delta = sub(word("Δ"), "j")
        split = row(VAR_MEAN, "=", delta, "=", TAU, "+", V)
        return self._say("observed_variance", label, row(split, gap(), V, "=", frac(SIGMA2, N_J)))

    def error_variance(self, sigma2: str, n: str, value: str, label: Markup = NO_LABEL) -> Equation:
        """V_j of a school of `n` students."""
        shown = row(V_HAT, "=", frac(SIGMA2_HAT, N_J), "=", frac(number(sigma2), number(n)))
        return self._say(
            "error_variance", label, row(shown, means(value)), sigma2=sigma2, n=n, value=value
        )

    def standard_error(
        self, sigma2: str = "", n: str = "", value: str = "", label: Markup = NO_LABEL
    ) -> Equation:
        """The standard error of an observed school mean."""
        shown = row(word("SE"), paren(MEAN_J), "=", root(V), "=", root(frac(SIGMA2, N_J)))
        if not value:
            return self._say("standard_error", label, shown)
        shown = row(shown, "=", root(frac(number(sigma2), number(n))), means(value))
        return self._say("standard_error_value", label, shown, sigma2=sigma2, n=n, value=value)

    def tau00_from_naive(
        self, variance: str, error: str, value: str, label: Markup = NO_LABEL
    ) -> Equation:
        """tau00 = Var - V, where all schools are of one size."""
        shown = row(TAU_HAT, "=", VAR_MEAN, "−", V_HAT)
        shown = row(shown, "=", number(variance), "−", number(error), means(value))
        return self._say(
            "tau00_from_naive", label, shown, variance=variance, error=error, value=value
        )

    def decomposition(
        self,
        variance: str,
        tau00: str,
        error: str,
        residual: str = "",
        label: Markup = NO_LABEL,
    ) -> Equation:
        """Naive variance = tau00 + mean error variance, and a residual for unequal n_j.

        `residual` with its sign, such as ``-3.1``.
        """
        shown = row(number(variance), "=", number(tau00), "+", number(error))
        values = {"variance": variance, "tau00": tau00, "error": error}
        if not residual:
            return self._say("decomposition", label, shown, **values)
        sign = "−" if residual.startswith("-") else "+"
        shown = row(shown, sign, number(residual.lstrip("-+")))
        return self._say("decomposition_residual", label, shown, residual=residual, **values)

    def reliability(
        self, tau00: str = "", error: str = "", value: str = "", label: Markup = NO_LABEL
    ) -> Equation:
        """lambda_j, the reliability of an observed school mean."""
        if not value:
            below = row(TAU, "+", SIGMA2, "/", N_J)
            return self._say("reliability", label, row(LAMBDA, "=", frac(TAU, below)))
        general = frac(TAU_HAT, row(TAU_HAT, "+", SIGMA2_HAT, "/", N_J))
        numbers = frac(number(tau00), row(number(tau00), "+", number(error)))
        shown = row(LAMBDA_HAT, "=", general, "=", numbers, means(value))
        return self._say("reliability_value", label, shown, tau00=tau00, error=error, value=value)

    def icc(
        self, tau00: str = "", sigma2: str = "", value: str = "", label: Markup = NO_LABEL
    ) -> Equation:
        """rho, the intraclass correlation."""
        if not value:
            return self._say("icc", label, row("ρ", "=", frac(TAU, row(TAU, "+", SIGMA2))))
        general = frac(TAU_HAT, row(TAU_HAT, "+", SIGMA2_HAT))
        numbers = frac(number(tau00), row(number(tau00), "+", number(sigma2)))
        shown = row(hat("ρ"), "=", general, "=", numbers, means(value))
        return self._say("icc_value", label, shown, tau00=tau00, sigma2=sigma2, value=value)

    def design_effect(
        self, icc: str = "", n_mean: str = "", value: str = "", label: Markup = NO_LABEL
    ) -> Equation:
        """DEFF = 1 + rho (n_bar - 1)."""
        shown = row(word("DEFF"), "=", "1", "+", "ρ", paren(bar("n"), "−", "1"))
        if not value:
            return self._say("design_effect", label, shown)
        numbers = row("1", "+", number(icc), paren(number(n_mean), "−", "1"))
        shown = row(shown, "=", numbers, means(value))
        return self._say("design_effect_value", label, shown, icc=icc, n_mean=n_mean, value=value)

    def eb_mean(
        self,
        reliability: str = "",
        mean: str = "",
        gamma00: str = "",
        value: str = "",
        label: Markup = NO_LABEL,
    ) -> Equation:
        """The empirical Bayes mean of a school."""
        if not value:
            rest = row(paren("1", "−", LAMBDA), GAMMA_HAT)
            return self._say("eb_mean", label, row(BETA_STAR, "=", LAMBDA, MEAN_J, "+", rest))
        own = times(number(reliability), number(mean))
        rest = times(paren("1", "−", number(reliability)), number(gamma00))
        return self._say(
            "eb_mean_value",
            label,
            row(BETA_STAR, "=", own, "+", rest, means(value)),
            reliability=reliability,
            mean=mean,
            gamma00=gamma00,
            value=value,
        )

    def _say(self, key: str, label: Markup, shown: Markup, **values: str) -> Equation:
        return Equation(
            mathml=math(shown), spoken=self.words.plain(f"equation.{key}", **values), label=label
        )
