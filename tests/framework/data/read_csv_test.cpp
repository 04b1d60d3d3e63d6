#include <cornu/framework/data/read_csv.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of, testing::TemporaryFolder;
using Words = std::vector<std::string>;
using Numbers = std::vector<float>;

namespace {

constexpr const char* people =
    "name,age,height,city\n"
    "Ann,31,1.75,Paris\n"
    "Bob,,1.8,\"New York, NY\"\n"
    "Cyd,4,NA,Rome\n";

std::string error_of(const std::string& text, const CsvOptions& options = {}) {
  return message_of<FileError>([&] { CsvTable(text, options, "x.csv"); });
}

}  // namespace

TEST_CASE("read_csv: columns by name, as numbers and as words") {
  const TemporaryFolder folder;
  const CsvTable table = read_csv(folder.write("people.csv", people));
  CHECK(table.rows() == 3);
  CHECK(table.names() == Words{"name", "age", "height", "city"});
  CHECK(table.words("name") == Words{"Ann", "Bob", "Cyd"});
  CHECK(table.words("city") == Words{"Paris", "New York, NY", "Rome"});
  CHECK(table.words("age") == Words{"31", "", "4"});
  const Tensor age = table.numbers("age", {.missing = -1});
  CHECK(age.shape() == Shape{3});
  CHECK(age.dtype() == float32);
  CHECK(age.to_vector<float>() == Numbers{31, -1, 4});
}

TEST_CASE("read_csv: several columns, in the order asked for, or all") {
  const CsvTable table("a,b,c\n1,2,3\n4,5,6\n");
  const Tensor two = table.numbers({"c", "a"});
  CHECK(two.shape() == Shape{2, 2});
  CHECK(two.to_vector<float>() == Numbers{3, 1, 6, 4});
  CHECK(table.numbers({"b"}).shape() == Shape{2, 1});
  CHECK(table.numbers(Words{"b", "b"}).to_vector<float>() == Numbers{2, 2, 5, 5});
  CHECK(table.numbers().to_vector<float>() == Numbers{1, 2, 3, 4, 5, 6});
  CHECK(table.numbers({.dtype = float64}).dtype() == float64);
  CHECK(table.numbers(Words{}).shape() == Shape{2, 0});
}

TEST_CASE("read_csv: cells are those of Python's csv module (3.11.7)") {
  const auto both = [](const std::string& text, CsvOptions options = {}) {
    options.header = false;
    const CsvTable table(text, options);
    return std::vector<Words>{table.words("0"), table.words("1")};
  };
  using Columns = std::vector<Words>;
  CHECK(both("\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",plain\n") ==
        Columns{{"x, y", "two\nlines"}, {"say \"hi\"", "plain"}});
  CHECK(both("\xEF\xBB\xBF"
             "a;b\r\n1;\"x\r\ny\"\r\n\r\n2;z",
             {.separator = ';'}) == Columns{{"a", "1", "2"}, {"b", "x\r\ny", "z"}});
  CHECK(both("a,b\r1,2\r\r3,4") == Columns{{"a", "1", "3"}, {"b", "2", "4"}});
  CHECK(both("5\" disk,x\"y\n,\"\"\n") == Columns{{"5\" disk", ""}, {"x\"y", ""}});
  CHECK(both(" x ,\"  y\"\n") == Columns{{" x "}, {"  y"}});
  CHECK(both("1,\n,2\n") == Columns{{"1", ""}, {"", "2"}});
  CHECK(both("\"\"\"\",\"\"\"\"\"\"\n\"a\"\"b\"\"c\",x\n") == Columns{{"\"", "a\"b\"c"}, {"\"\"", "x"}});
  CHECK(both("1, 2\t\"3\t4\"\n", {.separator = '\t'}) == Columns{{"1, 2"}, {"3\t4"}});
}

TEST_CASE("read_csv: numbers are those of pandas (3.1.1), missing ones NaN when asked") {
  const std::string text =
      "x\n1\n +2 \n-2.5e-1\n.5\n5.\n1e-50\n3.4028235e38\n16777217\n0.1\n\"\"\nNA\n\"nan\"\nnull\n1e-400\n\"7\"\n-0\n"
      "00012\n1E5\n";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> expected{1,   2,   -0.25, 0.5, 5, 1e-50, 3.4028235e38, 16777217, 0.1,
                                     nan, nan, nan,   nan, 0, 7,     -0.0,         12,       1e5};
  const CsvTable table(text);
  const auto read = table.numbers("x", {.missing = NAN, .dtype = float64}).to_vector<double>();
  const auto rounded = table.numbers("x", {.missing = NAN}).to_vector<float>();
  REQUIRE(read.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK((read[i] == expected[i] || (std::isnan(read[i]) && std::isnan(expected[i]))));
    CHECK((rounded[i] == static_cast<float>(expected[i]) || (std::isnan(rounded[i]) && std::isnan(expected[i]))));
  }
  for (const std::string word :
       {"",     " ",    "NA",   "N/A",  "n/a", "NaN",      "nan",    "NULL",    "null",    "None",
        "<NA>", "-NaN", "-nan", "#N/A", "#NA", "#N/A N/A", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN"}) {
    CAPTURE(word);
    CHECK(CsvTable("x,y\n" + word + ",1\n").numbers("x", {.missing = 3}).item<float>() == 3);
  }
}

TEST_CASE("read_csv: a missing number is refused, with line and column, unless it is asked for") {
  const CsvTable table(people, {}, "people.csv");
  CHECK(message_of<FileError>([&] { table.numbers("age"); }) ==
        "[CsvTable::numbers] 'people.csv', line 3, column 2 ('age'): the number is missing; got ''; expected a finite "
        "number; fill it in, or say with `missing` what to read");
  CHECK(message_of<FileError>([&] {
          CHECK(table.numbers({"age", "height"}, {.missing = NAN}).rank() == 2);
          table.numbers("height");
        }).find("line 4, column 3 ('height'): the number is missing; got 'NA'") != std::string::npos);
  CHECK(message_of<FileError>([&] { table.numbers("name", {.missing = NAN}); }) ==
        "[CsvTable::numbers] 'people.csv', line 2, column 1 ('name'): this is not a number; got 'Ann'; expected a "
        "finite number");
}

TEST_CASE("read_csv: lines are counted through quoted line breaks, blank lines and any line end") {
  const CsvTable table("a,b\n\"x\ny\r\nz\rw\",1\n\n  \r\r\n\"\",?\n");
  CHECK(table.rows() == 2);
  CHECK(message_of<FileError>([&] {
          table.numbers("b");
        }).find("line 9, column 2 ('b'): this is not a number; got '?'") != std::string::npos);
}

TEST_CASE("read_csv: a decimal comma") {
  const CsvTable table("a;b\n1,5;-2,25e1\n3;0,1\n", {.separator = ';', .decimal = ','});
  CHECK(table.numbers({"a", "b"}).to_vector<float>() == Numbers{1.5f, -22.5f, 3, 0.1f});
  CHECK_THROWS_AS(CsvTable("a;b\n1.5;1\n", {.separator = ';', .decimal = ','}).numbers("a"), FileError);
  CHECK_THROWS_AS(CsvTable("a;b\n1,5;1\n", {.separator = ';'}).numbers("a"), FileError);
}

TEST_CASE("read_csv: without a header the columns are numbered; a header alone has no rows") {
  const CsvTable bare("1,2\n3,4\n", {.header = false});
  CHECK(bare.names() == Words{"0", "1"});
  CHECK(bare.numbers("1").to_vector<float>() == Numbers{2, 4});
  const CsvTable header("a,b\n");
  CHECK(header.rows() == 0);
  CHECK(header.numbers("a").shape() == Shape{0});
  CHECK(header.numbers().shape() == Shape{0, 2});
  CHECK(header.words("b").empty());
}

TEST_CASE("read_csv: unknown columns, and those that several have") {
  const CsvTable table(people, {}, "people.csv");
  CHECK(message_of<ValueError>([&] { table.numbers("hieght"); }) ==
        "[CsvTable] no column 'hieght' in 'people.csv'; got 'name', 'age', 'height', 'city'; did you mean 'height'?");
  CHECK_THROWS_AS(table.words("Name"), ValueError);
  CHECK_THROWS_AS(table.numbers({"age", "x"}), ValueError);
  const CsvTable twice("a,b,a\n1,2,3\n");
  CHECK(twice.numbers("b").item<float>() == 2);
  CHECK(twice.numbers().to_vector<float>() == Numbers{1, 2, 3});
  CHECK(message_of<ValueError>([&] { twice.numbers("a"); }) ==
        "[CsvTable] several columns are called 'a' in 'text'; got 'a', 'b', 'a'; expected one");
  CHECK_THROWS_AS(twice.numbers("b", {.dtype = int32}), ValueError);
}

TEST_CASE("read_csv: what is no number of the dtype") {
  for (const std::string cell : {"x", "1x", "1 2", "inf", "-inf", "0x10", "1e999", "1,000", "--1", "NAN", "1.2.3"}) {
    CAPTURE(cell);
    CHECK_THROWS_AS(CsvTable("a\n\"" + cell + "\"\n").numbers("a", {.missing = 0, .dtype = float64}), FileError);
  }
  CHECK_THROWS_AS(CsvTable("a\n1e39\n").numbers("a"), FileError);
  CHECK(CsvTable("a\n1e39\n").numbers("a", {.dtype = float64}).item<double>() == 1e39);
}

TEST_CASE("read_csv: refuses ragged rows, open quotes and text behind them, with the line") {
  CHECK(error_of("a,b\n1,2\n3\n") == "[read_csv] 'x.csv', line 3: got 1 cells; expected 2, as in line 1");
  CHECK(error_of("\n\na,b\n\"1\n\",2,3\n") == "[read_csv] 'x.csv', line 4: got 3 cells; expected 2, as in line 3");
  CHECK(error_of("a,b\n1,\"2\n3,4\n") ==
        "[read_csv] 'x.csv', line 2: a quote is not closed; expected another quote before the end of the file");
  CHECK(error_of("a,b\n1,\"\"\"\n") != "");
  CHECK(error_of("a,b\n\"1\n\"x,2\n") ==
        "[read_csv] 'x.csv', line 3: text behind a closing quote; got \"x,2\\x0a\"; expected a separator or the end of "
        "the line; a quote within quotes is written twice");
  CHECK(error_of("a,b\r\n1,2\r\n3,\xE9\r\n") ==
        "[read_csv] 'x.csv', line 3: the line is not UTF-8; got byte 0xE9 at its byte 3; convert the file to UTF-8");
  CHECK(error_of(std::string("a\0b,c\n1,2\n", 10)) == "");  // a name like another
}

TEST_CASE("read_csv: files without a line") {
  for (const std::string text : {"", "\xEF\xBB\xBF", "\n", "\r\n  \r\r\n", "   "}) {
    CAPTURE(text);
    CHECK(error_of(text) == "[read_csv] 'x.csv' has no lines; expected a header with the columns' names, and rows");
    CHECK(error_of(text, {.header = false}) == "[read_csv] 'x.csv' has no lines; expected rows");
  }
  CHECK(CsvTable("\"\"\n", {.header = false}).words("0") == Words{""});
  CHECK(CsvTable(",", {.header = false}).names().size() == 2);
}

TEST_CASE("read_csv: separators and decimal points that cannot be told apart") {
  for (const char separator : {'"', '\n', '\r', '\0', '\x80'})
    CHECK_THROWS_AS(CsvTable("a\n", {.separator = separator}), ValueError);
  CHECK_THROWS_AS(CsvTable("a\n", {.decimal = ','}), ValueError);
  CHECK_THROWS_AS(CsvTable("a\n", {.decimal = 'x'}), ValueError);
  CHECK(CsvTable("a b\n1 2\n", {.separator = ' '}).numbers({"b", "a"}).to_vector<float>() == Numbers{2, 1});
}

TEST_CASE("read_csv: a missing file, a pipe, too long a file") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0666) == 0);
  for (const std::string& path : {folder.path("pipe"), folder.path(""), folder.path("missing"), std::string()})
    CHECK(message_of<FileError>([&] { read_csv(path); }).starts_with("[read_csv] cannot read '"));
  const std::string path = folder.write("a.csv", "a\n1\n");
  CHECK_THROWS_AS(read_csv(path, {.max_bytes = 3}), FileError);
  CHECK(read_csv(path, {.max_bytes = 4}).rows() == 1);
  CHECK_THROWS_AS(CsvTable("a,b,c\n", {.max_columns = 2}), FileError);
  CHECK(CsvTable("a,b,c\n", {.max_columns = 3}).names().size() == 3);
}
