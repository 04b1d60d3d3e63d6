#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;

namespace {
constexpr const char* both[] = {"attributes_old", "attributes_new"};
using Strings = std::vector<std::string>;
}  // namespace

TEST_CASE("hdf5: attributes that are strings, of a fixed or variable length") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto layer = file.at("layer");
    CHECK(layer.string_attribute("name") == "dense_1");
    CHECK(layer.string_attribute("text") == "gr\u00FC\u00DFe");
    CHECK(layer.string_attribute("fixed") == "fixed");
    CHECK(layer.string_attribute("empty") == "");
    CHECK(file.at("data").string_attribute("name") == "kernel");
    CHECK(file.at("/").string_attribute("model_config") == R"({"class_name": "Sequential"})" + std::string(5000, ' '));
  }
}

TEST_CASE("hdf5: attributes that are lists of strings; an empty list may be one of numbers") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto layer = file.at("layer");
    CHECK(layer.strings_attribute("fixed_names") == Strings{"kernel:0", "bias:0"});
    CHECK(layer.strings_attribute("names") == Strings{"kernel", "bias"});
    CHECK(layer.strings_attribute("no_names") == Strings{});
    CHECK(layer.strings_attribute("name") == Strings{"dense_1"});
  }
}

TEST_CASE("hdf5: attributes that are numbers") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto layer = file.at("layer");
    CHECK(layer.integer_attribute("int64") == -5);
    CHECK(layer.integer_attribute("uint8") == 200);
    CHECK(layer.integer_attribute("one_int") == 3);
    CHECK(layer.integer_attribute("bool") == 1);
    CHECK(layer.floating_attribute("float32") == 0.5);
    CHECK(layer.floating_attribute("int64") == -5);
    CHECK(file.at("few").integer_attribute("units") == 4);
  }
}

TEST_CASE("hdf5: attributes in a fractal heap, a long one outside of it") {
  for (const char* name : both) {
    CAPTURE(name);
    const Hdf5Fixture file(name);
    const auto many = file.at("many");
    CHECK(many.attribute_names().size() == 61);
    for (int i = 0; i < 60; ++i) CHECK(many.integer_attribute(fmt::format("attribute {:02}", i)) == i);
    CHECK(many.string_attribute("long") == std::string(9000, 'x'));
  }
}

TEST_CASE("hdf5: attributes that are not there are nothing, those of another kind are refused") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto layer = file.at("layer");
    CHECK(layer.has_attribute("name"));
    CHECK_FALSE(layer.has_attribute("nam"));
    CHECK(layer.string_attribute("x") == std::nullopt);
    CHECK(layer.strings_attribute("x") == std::nullopt);
    CHECK(layer.integer_attribute("x") == std::nullopt);
    CHECK(layer.floating_attribute("x") == std::nullopt);
    CHECK(file.at("layer").attribute_names().size() == 15);
    const auto error = [&](auto&& read) { return message_of<FileError>(read); };
    const std::string where = fmt::format("[read_hdf5] '{}', '/layer': the attribute ", name);
    CHECK(error([&] { layer.string_attribute("names"); }) ==
          where + "'names' holds 2 of string; expected a single string");
    CHECK(error([&] { layer.string_attribute("int64"); }) == where + "'int64' holds 1 of int64; expected strings");
    CHECK(error([&] { layer.integer_attribute("float32"); }) ==
          where + "'float32' holds 1 of float32; expected an integer");
    CHECK(error([&] { layer.integer_attribute("name"); }) == where + "'name' holds 1 of string; expected an integer");
    CHECK(error([&] { layer.floating_attribute("float64_list"); }) ==
          where + "'float64_list' holds 2 of float64; expected a number");
    CHECK(error([&] { layer.floating_attribute("null"); }) == where + "'null' holds 0 of float32; expected a number");
    CHECK(error([&] { layer.strings_attribute("compound"); }) ==
          where + "'compound' holds 1 of a compound; expected strings");
  }
}
