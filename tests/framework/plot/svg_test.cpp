#include <cornu/framework/plot/svg.hpp>

#include <doctest/doctest.h>

#include "tests/support/throws.hpp"

using cornu::plot::escape_xml;
using cornu::plot::Svg;
using cornu::testing::contains;

TEST_CASE("svg: text is escaped, and what XML does not allow is replaced") {
  CHECK(escape_xml("a<b> & \"c\" 'd' é") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; é");
  CHECK(escape_xml(std::string_view("\0\x1B\t\n", 4)) == "\uFFFD\uFFFD\t\n");
  CHECK(escape_xml("\xFFx\uFFFE") == "\uFFFDx\uFFFD");
  CHECK(escape_xml("").empty());
}

TEST_CASE("svg: a picture has its size, its title and what was drawn") {
  Svg svg(300, 200, "a & b");
  svg.text(1, 2, "<x>", {.size = 10, .anchor = "end", .bold = true, .upwards = true});
  svg.dot(3, 4, 2, "#123456", "hint <1>");
  const std::string text = svg.finish();
  CHECK(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"200\""));
  CHECK(text.ends_with("</svg>\n"));
  CHECK(contains(text, "<title>a &amp; b</title>"));
  CHECK(contains(text, "text-anchor=\"end\""));
  CHECK(contains(text, "rotate(-90 1.00 2.00)"));
  CHECK(contains(text, ">&lt;x&gt;</text>"));
  CHECK(contains(text, "<title>hint &lt;1&gt;</title>"));
}

TEST_CASE("svg: images go in as base64") {
  const auto encoded = [](std::string_view bytes) {
    Svg svg(1, 1, "");
    svg.image(0, 0, 1, 1, bytes);
    const std::string text = svg.finish();
    const std::size_t begin = text.find("base64,") + 7;
    return text.substr(begin, text.find('"', begin) - begin);
  };
  // RFC 4648, section 10
  CHECK(encoded("").empty());
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foobar") == "Zm9vYmFy");
  CHECK(encoded("\xFF\xFE\xFD") == "//79");
}
