"""Runs every laboratory on its reference cases and prints how far the answers are apart, by group of fields.

Each laboratory names its file, the lists of cases in it, the fields it is asked for, and the permitted error of each,
after `meta.tolerance` of the file. Usage: compare.py TROUPE FOLDER
"""

import json
import os
import subprocess
import sys


class Tally:
    def __init__(self):
        self.groups = {}  # group -> [compared, failed, worst share of the tolerance, where, absolute error there]
        self.failures = []
        self.cases = 0

    def record(self, group, path, share, error, text):
        row = self.groups.setdefault(group, [0, 0, -1.0, "", 0.0])
        row[0] += 1
        if not share <= 1.0:
            row[1] += 1
            self.failures.append(f"{'.'.join(path)}: {text}")
        if not share <= row[2]:
            row[2:] = [share, ".".join(path), error]

    def compare(self, path, expected, found, lab):
        """Every field of `expected` that the laboratory is asked for must be in `found`."""
        if isinstance(expected, dict):
            if not isinstance(found, dict):
                self.record("shape", path, float("inf"), 0.0, "missing")
                return
            for key, value in expected.items():
                if lab.asks(path + [key]):
                    self.compare(path + [key], value, found.get(key, "missing"), lab)
        elif isinstance(expected, list):
            if not isinstance(found, list) or len(found) != len(expected):
                self.record("shape", path, float("inf"), 0.0, "missing or of another length")
                return
            for left, right in zip(expected, found):
                self.compare(path, left, right, lab)
        elif isinstance(expected, (bool, str, type(None))):
            same = type(found) is type(expected) and found == expected
            self.record("exact", path, 0.0 if same else float("inf"), 0.0, f"expected {expected!r}, found {found!r}")
        elif isinstance(found, bool) or not isinstance(found, (int, float)):
            self.record("shape", path, float("inf"), 0.0, f"expected {expected!r}, found {found!r}")
        else:
            group, permitted = lab.tolerance(path, expected)
            error = abs(found - expected)
            share = 0.0 if error == 0.0 else error / permitted if permitted else float("inf")
            self.record(group, path, share, error, f"expected {expected!r}, found {found!r}")

    def print(self, name):
        print(f"{name}: {self.cases} cases")
        print(f"{'field group':26}{'compared':>9}{'failed':>8}{'worst/permitted':>17}{'abs error':>12}  where")
        for group, (count, failed, share, where, error) in sorted(self.groups.items()):
            print(f"{group:26}{count:9}{failed:8}{share:17.2e}{error:12.2e}  {where}")
        for failure in self.failures[:20]:
            print("differs:", failure, file=sys.stderr)


class Ab:
    name, file, lists = "ab", "ab_tests.json", {"cases": "case", "degenerate": "degenerate", "cuped": "cuped", "srm": "srm"}
    given = {"id", "kind", "arms", "a", "b", "n", "weights", "baseline", "distribution"}
    prose = {"note", "theta_formula"}

    def asks(self, path):
        return path[-1] not in self.prose and not (len(path) == 2 and path[-1] in self.given)

    def tolerance(self, path, expected):
        name = path[-1]
        exact = "beta_binomial" in path[1] or "normal_flat" in path[1] and path[1] != "bayesian_inverse_flat"
        if name == "risk":
            return "risk", 1e-6 * abs(expected) + 1e-12 if expected >= 1e-9 else 1e-9
        if name in ("p_value", "gbstats_check_srm") or path[1] == "multiple":
            return "p_value", 1e-9
        if exact and name in ("prob_best", "prob_beats_control"):
            return "prob_best_quadrature", 1e-6
        if exact and name in ("expected_loss", "expected_max"):
            return "expected_loss_quadrature", 1e-7
        return "closed_form", 1e-9 * abs(expected) + 1e-12

    def check(self, cases, answers, tally):
        pass


class BradleyTerry:
    name, file, lists = "bradley-terry", "bradley_terry.json", {"cases": "case"}

    def asks(self, path):
        # How far two other programs are apart is theirs to say.
        return path[1] in ("strongly_connected", "ml", "map_gauss_sigma2_1") and not path[-1].startswith("max_abs_diff")

    def tolerance(self, path, expected):
        if path[1] == "map_gauss_sigma2_1":
            return "map_" + path[-1], 0.0 if path[-1].startswith("rank") else 1e-7
        if path[-1] == "log_likelihood":
            return "ml_log_likelihood", 1e-5 * abs(expected)
        return "ml_se" if path[-1] == "se_mean0" else "ml", 1e-5

    def check(self, cases, answers, tally):
        pass


class Vendi:
    name, file, lists = "vendi", "vendi.json", {"cases": "case"}

    def asks(self, path):
        # Order one half listens to the rounding of K: informative only, says the file.
        return path[-1] not in ("K", "p", "vendi_q0.5", "id")

    def tolerance(self, path, expected):
        relative = {"vendi_q1": 1e-6, "vendi_q1_clipped_1e-12": 1e-6, "vendi_q2": 1e-8, "vendi_qinf": 1e-8}
        if path[-1] in relative:
            # Cases of lower rank than size are named cosine-…-n12-d2.
            n, d = ([int(part[1:]) for part in path[0].split("-")[2:4]] + [0, 0])[:2] if path[0].startswith("cosine-") else (0, 0)
            wide = path[-1].startswith("vendi_q1") and not path[-1].endswith("inf") and n > d
            return path[-1] + ("_low_rank" if wide else ""), (1e-4 if wide else relative[path[-1]]) * abs(expected)
        return path[-1], 1e-9

    def check(self, cases, answers, tally):
        pass


class Text:
    name, file, lists = "text", "text_diversity.json", {"cases": "case"}

    def asks(self, path):
        return path[1] in ("whitespace", "char") or path[1] == "compression" and (len(path) == 2 or "deflate" in path[-1] or "bytes" in path[-1])

    def tolerance(self, path, expected):
        name = path[-1]
        if path[1] == "compression":
            # A ratio has no unit of bytes: four bytes of the smallest set are above 3 % of it anyway.
            return name, 0.0 if name.startswith("bytes") else 0.15 if name.startswith("ratio") else max(0.03 * expected, 4.0)
        if name.startswith("sacrebleu"):
            return "sacrebleu", 1e-6
        if "bleu" in name:
            return "self_bleu", 1e-9
        if "cosine" in name:
            return "cosine/vendi", 1e-6 * abs(expected) + 1e-12
        return {"tokens_per_doc": "tokens", "rougeL_homogenization": "rougeL", "jaccard_3gram_mean": "jaccard"}.get(name, "distinct"), 1e-12

    def check(self, cases, answers, tally):
        """Near-duplicates must be told from unrelated texts in every language, on characters."""
        for name in (case["id"] for case in cases):
            language = name.removesuffix("_similar")
            if name == language or f"{language}_diverse" not in answers:
                continue
            same, varied = answers[name], answers[f"{language}_diverse"]
            for field, sign in (("distinct_2", 1), ("vendi_cosine_2gram", 1), ("vendi_cosine_3gram", 1), ("self_bleu_floor0.1", -1)):
                self.separate(tally, language, field, sign * (varied["char"][field] - same["char"][field]))
            ratios = [side["compression"]["ratio_raw_deflate9"] for side in (varied, same)]
            self.separate(tally, language, "ratio_raw_deflate9", ratios[1] - ratios[0])

    def separate(self, tally, language, field, distance):
        share = 0.0 if distance > 0 else float("inf")
        tally.record("similar_vs_diverse", [language, field], share, 0.0, f"does not tell them apart: {distance}")


class Agreement:
    name, file = "agreement", "shrinkage_agreement.json"
    lists = {"krippendorff": "krippendorff", "empirical_bayes": "empirical_bayes"}

    def asks(self, path):
        return path[-1] not in ("id", "data_raters_by_units", "effects", "variances")

    def tolerance(self, path, expected):
        return path[-1], 1e-8 * abs(expected) + 1e-10

    def check(self, cases, answers, tally):
        pass


def answers_of(troupe, lab, text):
    run = subprocess.run([troupe, "lab", lab.name], input=text, capture_output=True, text=True)
    if run.returncode != 0:
        print(run.stderr.strip(), file=sys.stderr)
        sys.exit(2)
    return {result["id"]: result for result in json.loads(run.stdout)["results"]}


def main(troupe, folder):
    compared, failed = 0, 0
    for lab in (Ab(), BradleyTerry(), Vendi(), Text(), Agreement()):
        path = os.path.join(folder, lab.file)
        if not os.path.exists(path):
            print(f"{lab.name}: skipped, no {lab.file}")
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        oracle, tally = json.loads(text), Tally()
        answers = answers_of(troupe, lab, text)
        for kind, prefix in lab.lists.items():
            for place, case in enumerate(oracle.get(kind, [])):
                name = case.get("id", f"{prefix}-{place}")
                tally.compare([name], case, answers.get(name, "missing"), lab)
                tally.cases += 1
            lab.check(oracle.get(kind, []), answers, tally)
        tally.print(lab.name)
        compared += tally.cases
        failed += len(tally.failures)
    return 1 if failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
