"""The mistakes of tests/mistakes, as a reader finds them.

At run time, in *.cpp: the rows {"sentence", [&] { code }, "message"} that check_mistakes() is given.

At compile time, in the file compile_time:

    [A SENTENCE]
    top   LINE        in front of the function that the code stands in
    code  LINE        of the code; x and y are Tensors, model is a Sequential
    says  TEXT        what gcc and clang say in their first error or warning
    gcc   TEXT        what gcc says, with ' for its quotes
    clang TEXT        what clang says
    write LINE        stands for the last line of the code, and compiles; lines that follow are added

Lines that begin with # are comments.
"""
import dataclasses
import pathlib
import re

folder = pathlib.Path(__file__).resolve().parent


class RowError(Exception):
    pass


@dataclasses.dataclass
class Row:
    what: str
    code: list
    message: str = ""
    top: list = dataclasses.field(default_factory=list)
    gcc: str = ""
    clang: str = ""
    write: list = dataclasses.field(default_factory=list)


def without_return(code):
    """The code of a lambda as a program has it: what it returns is only there to be dropped."""
    depth = 0
    for part in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]|\breturn ', code):
        depth += {"{": 1, "}": -1}.get(part[0], 0)
        if part[0] == "return " and depth == 0:
            return code[:part.start()] + code[part.end():]
    return code


class Source:
    """Reads a C++ file from one place on."""

    def __init__(self, file):
        self.file, self.text, self.at = file, file.read_text(), 0

    def fail(self, what):
        line = self.text.count("\n", 0, self.at) + 1
        raise RowError(f"{self.file.name}, line {line}: expected {what}")

    def skip_blanks(self):
        self.at = re.compile(r"\s*").match(self.text, self.at).end()

    def take(self, token):
        self.skip_blanks()
        if not self.text.startswith(token, self.at):
            self.fail(f"`{token}`")
        self.at += len(token)

    def has(self, token):
        self.skip_blanks()
        return self.text.startswith(token, self.at)

    def string(self):
        """A literal, or several in a row."""
        text = ""
        while self.has('"'):
            literal = re.compile(r'"((?:[^"\\]|\\.)*)"').match(self.text, self.at)
            text += literal[1].replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")
            self.at = literal.end()
        return text or self.fail("a text")

    def body(self):
        """What stands between { and its }."""
        self.take("{")
        start, depth = self.at, 1
        while depth > 0:
            part = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|.', re.DOTALL).match(self.text, self.at)
            if not part:
                self.fail("the end of a {")
            depth += {"{": 1, "}": -1}.get(part[0], 0)
            self.at = part.end()
        return self.text[start:self.at - 1]

    def code(self):
        self.skip_blanks()
        capture = re.compile(r"\[&?\]").match(self.text, self.at) or self.fail("[&] or []")
        self.at = capture.end()
        return [without_return(" ".join(self.body().split())).rstrip(";")]

    def rows(self):
        self.take("check_mistakes({")
        while not self.has("}"):
            self.take("{")
            what = self.string()
            self.take(",")
            code = self.code()
            self.take(",")
            yield Row(what, code, self.string())
            self.take("}")
            if self.has(","):
                self.take(",")
        self.take("})")


def at_run_time():
    """[(title, rows)], by file and in their order."""
    found = []
    for file in sorted(folder.glob("*.cpp")):
        source = Source(file)
        for case in re.finditer(r'TEST_CASE\("mistakes: (.*)"\)', source.text):
            source.at = source.text.index("check_mistakes({", case.end())
            found.append((case[1], list(source.rows())))
    return found


def at_compile_time():
    """The same of the file compile_time, whose titles stand between lines in comments."""
    found = []
    for number, line in enumerate((folder / "compile_time").read_text().splitlines(), 1):
        if title := re.fullmatch(r"# ── (.*?) ─+", line):
            found.append((title[1], []))
        elif name := re.fullmatch(r"\[(.*)\]", line):
            found[-1][1].append(Row(name[1], []))
        elif line and not line.startswith("#"):
            field, _, text = line.partition(" ")
            row = found[-1][1][-1]
            if field in ("top", "code", "write"):
                getattr(row, field).append(text.strip())
            elif field in ("says", "gcc", "clang"):
                for name in ("message", "gcc", "clang") if field == "says" else (field,):
                    setattr(row, name, text.strip())
            else:
                raise RowError(f"compile_time, line {number}: there is no field {field}")
    for row in (row for title, rows in found for row in rows):
        row.message = row.message or row.gcc
        if not row.gcc or not row.clang:
            raise RowError(f"compile_time, [{row.what}]: expected what gcc and clang say")
    return found
