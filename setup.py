"""Package list only: everything else is in pyproject.toml.

`loading_scripts`, `eval_tasks` and `train` live at the top level of the repository and are
installed as subpackages of `fourdp_qa`. A list written by hand forgets new subpackages.
"""

from setuptools import find_packages, setup

HOMES = {
    "loading_scripts": "fourdp_qa.loading_scripts", "eval_tasks": "fourdp_qa.eval_tasks",
    "train": "fourdp_qa.train",
}

packages = ["fourdp_qa", *(f"fourdp_qa.{name}" for name in find_packages("fourdp_qa"))]
for home, package in HOMES.items():
    packages += [package, *(f"{package}.{name}" for name in find_packages(home))]

setup(packages=packages, package_dir={"fourdp_qa": "fourdp_qa", **{p: h for h, p in HOMES.items()}})
