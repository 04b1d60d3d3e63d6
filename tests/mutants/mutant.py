"""The list of mutants: changes to the sources, each of which some test must notice.

    [NAME]
    file  PATH
    after TEXT        the change is made at the first `old` after this text, which occurs once; may be left out
    old   TEXT        occurs once, in the file or after `after`
    new   TEXT        what stands there instead; may be empty
    tests PATTERN     the test cases to run, as doctest's --test-case takes them
    equivalent WHY    instead of tests: no test can notice the change

A text is of one line. Lines that begin with # are comments.
"""
import dataclasses
import re


class ListError(Exception):
    pass


def require_once(mutant, text, source):
    count = source.count(text)
    if count != 1:
        raise ListError(f"{mutant.name}: {mutant.file} has {count or 'no'} places with the text `{text}`; expected one")


@dataclasses.dataclass
class Mutant:
    name: str
    file: str = ""
    after: str = ""
    old: str = ""
    new: str = ""
    tests: str = ""
    equivalent: str = ""

    def applied_to(self, source):
        """The source with the change."""
        start = 0
        if self.after:
            require_once(self, self.after, source)
            start = source.index(self.after) + len(self.after)
            if self.old not in source[start:]:
                require_once(self, self.old, source[start:])
        else:
            require_once(self, self.old, source)
        return source[:start] + source[start:].replace(self.old, self.new, 1)

    def check(self):
        for field in ("file", "old"):
            if not getattr(self, field):
                raise ListError(f"{self.name}: there is no {field}")
        if self.old == self.new:
            raise ListError(f"{self.name}: it changes nothing")
        if bool(self.tests) == bool(self.equivalent):
            raise ListError(f"{self.name}: expected either tests or equivalent")


def read_list(file):
    mutants = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if heading := re.fullmatch(r"\[(.*)\]", line):
            mutants.append(Mutant(heading[1]))
            continue
        key, _, text = line.partition(" ")
        fields = {field.name for field in dataclasses.fields(Mutant)} - {"name"}
        if key not in fields or not mutants or getattr(mutants[-1], key):
            raise ListError(f"{file}:{number}: expected one of {', '.join(sorted(fields))}, once for each [NAME]; got {line}")
        setattr(mutants[-1], key, text.strip())
    for mutant in mutants:
        mutant.check()
    names = [mutant.name for mutant in mutants]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ListError(f"{file}: a name occurs twice: {', '.join(sorted(twice))}")
    return mutants
