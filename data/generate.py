"""Write the synthetic district: `python data/generate.py --out DIR`.

The same bytes on every run and machine; needs nothing but Python.
"""

import argparse
from pathlib import Path

from generator.files import write_district


def main() -> None:
    parser = argparse.ArgumentParser(description="Write linli's synthetic district as GeoJSON.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "putuo")
    write_district(parser.parse_args().out)


if __name__ == "__main__":
    main()
