// Files of Keras, changed everywhere: each is refused with an error of ours, or taken.
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include "tests/hostile/members.hpp"
#include "tests/support/changed_config.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using namespace cornu::testing;

namespace {

// Whether it is refused. What is taken is also shown and run; other exceptions than ours get through.
bool is_refused(const std::string& file, const Shape& input = {}) {
  std::unique_ptr<Model> model;
  try {
    LoadReport report;
    model = load_model(bytes_of(file), {.report = &report}, "changed.keras");
  } catch (const Error&) {
    return true;
  }
  try {
    if (model->built()) model->summary_text();
    if (!input.empty()) model->predict_all({Tensor::zeros(input)});
  } catch (const Error&) {
  }
  return false;
}

Config config_of(const Members& members) { return formats::parse_json(members.config, "config.json"); }

bool is_refused(const Config& config, const Members& members, const Shape& input = {}) {
  return is_refused(archive_of({config.to_json(), members.weights}), input);
}

std::vector<std::string> names_of_fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(fixture_path("keras")))
    if (entry.path().extension() == ".keras") names.push_back(entry.path().stem().string());
  return names;
}

// What is_refused says of each config in which one value is another.
std::size_t count_refused(const Members& members, const Shape& input, std::size_t step) {
  const Config config = config_of(members);
  const std::vector<Config> others = unexpected_values();
  const std::size_t count = count_values(config) * others.size();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < count; i += step)
    refused +=
        is_refused(changed_config(config, i / others.size(), [&](const Config&) { return others[i % others.size()]; }),
                   members, input);
  return refused;
}

}  // namespace

TEST_CASE("changed .keras: cut anywhere, it is refused") {
  for (const bool deflated : {true, false}) {
    const std::string file = archive_of(members_of("dense"), deflated);
    std::size_t refused = 0;
    for (std::size_t length = 0; length < file.size(); ++length) refused += is_refused(file.substr(0, length));
    CHECK(refused == file.size());
    CHECK_FALSE(is_refused(file));
  }
}

TEST_CASE("changed .keras: with any byte changed it is refused, or the byte means nothing") {
  std::string file = archive_of(members_of("dense"), true);
  std::size_t taken = 0;
  for (char& byte : file)
    for (const int change : {0x01, 0x80, 0xFF}) {
      byte = static_cast<char>(byte ^ change);
      taken += is_refused(file) ? 0 : 1;
      byte = static_cast<char>(byte ^ change);
    }
  CHECK(taken < file.size() / 10);  // versions, times and attributes of the two members
}

TEST_CASE("changed .keras: weights with any byte changed, under a right checksum") {
  Members members = members_of("dense");
  std::size_t refused = 0;
  for (std::size_t at = 0; at < members.weights.size(); ++at) {
    if (members.weights[at] == 0 && at % 16 != 0) continue;
    members.weights[at] = static_cast<char>(~members.weights[at]);
    refused += is_refused(archive_of(members));
    members.weights[at] = static_cast<char>(~members.weights[at]);
  }
  CHECK(refused > 100);
}

TEST_CASE("changed .keras: any value of the config becomes another one") {
  CHECK(count_refused(members_of("dense"), {1, 3}, 1) > 500);
  CHECK(count_refused(members_of("two_outputs"), {}, 3) > 500);
  for (const std::string& name : names_of_fixtures()) {
    CAPTURE(name);
    CHECK(count_refused(members_of(name), {}, 307) > 1);
  }
}

TEST_CASE("changed .keras: any part of the config is missing") {
  for (const char* name : {"dense", "two_outputs"}) {
    const Members members = members_of(name);
    const Config config = config_of(members);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < count_values(config); ++i) {
      std::size_t parts = 0;
      changed_config(config, i, [&](const Config& value) {
        if (value.is_object()) parts = value.as_object().size();
        if (value.is_list()) parts = value.as_list().size();
        return value;
      });
      for (std::size_t part = 0; part < parts; ++part)
        refused += is_refused(changed_config(config, i, [&](const Config& value) { return without_part(value, part); }),
                              members);
    }
    CHECK(refused > 10);
  }
}

TEST_CASE("changed .keras: members in each other's place, and of other models") {
  const Members dense = members_of("dense"), other = members_of("two_outputs");
  CHECK(is_refused(archive_of({dense.weights, dense.config})));
  CHECK(is_refused(archive_of({other.config, dense.weights})));
  CHECK(is_refused(archive_of({dense.config, archive_of(dense)})));
  CHECK(
      is_refused(formats::zip_bytes({{.name = "dense/config.json", .parts = {formats::as_part(dense.config)}},
                                     {.name = "dense/model.weights.h5", .parts = {formats::as_part(dense.weights)}}})));
}
