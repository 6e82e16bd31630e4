"""The pandas API on Spark beside pandas 3, which PySpark up to 4.3 does not know."""

from __future__ import annotations

import importlib
import warnings
from typing import Any


def pandas_api() -> Any:
    """Import the pandas API on Spark, also beside pandas 3.

    PySpark up to 4.3 imports two names of pandas that pandas 3 has dropped, and fails. They are put
    back before: one as it was; the other, which only ``select_dtypes`` uses, refuses.

    Returns
    -------
    module
        ``pyspark.pandas``.
    """
    common = importlib.import_module("pandas.core.dtypes.common")
    frequencies = importlib.import_module("pandas.tseries.frequencies")
    if not hasattr(frequencies, "DateOffset"):
        offsets = importlib.import_module("pandas.tseries.offsets")
        frequencies.DateOffset = offsets.DateOffset  # type: ignore[attr-defined]
    if not hasattr(common, "infer_dtype_from_object"):
        common.infer_dtype_from_object = _refuse  # type: ignore[attr-defined]
    # The lesson itself says what to bring here and what not.
    warnings.filterwarnings("ignore", ".*loads all data into the driver's memory.*")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pyspark.pandas")


def _refuse(dtype: object) -> None:
    raise NotImplementedError(
        f"select_dtypes of the pandas API on Spark does not work beside pandas 3 (asked for "
        f"{dtype!r}): name the columns instead."
    )
