#include <cornu/framework/callbacks/csv_line.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using cornu::callbacks::detail::csv_fields, cornu::callbacks::detail::csv_line;
using Fields = std::vector<std::string>;

TEST_CASE("csv_line: fields that would be misread stand between quotes") {
  CHECK(csv_line({"epoch", "loss"}, ',') == "epoch,loss\r\n");
  CHECK(csv_line({"a,b", "a\"b", "a\nb", "a\rb", "a;b", " a"}, ',') ==
        "\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\",a;b, a\r\n");
  CHECK(csv_line({"a;b", "a,b"}, ';') == "\"a;b\";a,b\r\n");
}

TEST_CASE("csv_fields: gives back the fields of a line") {
  for (const Fields& fields : {Fields{"epoch", "loss"}, Fields{"a,b", "\"", "\"\"", "a\"b\"", "x y", "1.0"},
                               Fields{"epoch", "", ""}, Fields{"é", "ö,ü"}})
    CHECK(csv_fields(csv_line(fields, ','), ',') == fields);
  CHECK(csv_fields("a\tb\n", '\t') == Fields{"a", "b"});
  CHECK(csv_fields("a,b", ',') == Fields{"a", "b"});
  CHECK(csv_fields("\"a", ',') == Fields{"a"});
  CHECK(csv_fields("", ',') == Fields{""});
}
