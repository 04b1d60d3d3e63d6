// Vocabularies that stand in a .keras file beside the config: assets/layers/integer_lookup/vocabulary.txt.
#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/inspect_file.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/preprocessing/integer_lookup.hpp>

#include "tests/hostile/members.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using layers::IntegerLookup;

namespace {

constexpr const char* member = "assets/layers/integer_lookup/vocabulary.txt";

// A file of Keras with another vocabulary beside its config; with none if it is null.
std::string with_vocabulary(std::string_view name, const std::string* text) {
  const Members members = members_of(name);
  std::vector<formats::ZipEntry> entries{{.name = "config.json", .parts = {formats::as_part(members.config)}},
                                         {.name = "model.weights.h5", .parts = {formats::as_part(members.weights)}}};
  if (text) entries.push_back({.name = member, .parts = {formats::as_part(*text)}});
  return formats::zip_bytes(entries);
}

std::unique_ptr<Model> load(const std::string& file, LoadReport* report = nullptr) {
  return load_model(bytes_of(file), {.report = report}, "changed.keras");
}

std::string refusal(const std::string& text, std::string_view name = "lookup_adapted") {
  const std::string file = with_vocabulary(name, &text);
  return message_of([&] { load(file); });
}

const IntegerLookup& lookup_of(const Model& model) { return dynamic_cast<const IntegerLookup&>(*model.layers().at(0)); }

}  // namespace

TEST_CASE("load_model: a vocabulary beside the config is the layer's, and may be learnt anew") {
  const auto model = load(keras_file("lookup_adapted"));
  const IntegerLookup& lookup = lookup_of(*model);
  CHECK(lookup.vocabulary_size() == 9);
  CHECK(lookup.get_vocabulary()[0] == 0);
  CHECK(lookup.get_vocabulary()[1] == -1);
  const auto weighted = load(keras_file("lookup_tf_idf"));
  CHECK(lookup_of(*weighted).idf_weights().size() == static_cast<std::size_t>(lookup_of(*weighted).vocabulary_size()));
  auto& learns = dynamic_cast<IntegerLookup&>(*model->layers().at(0));
  learns.adapt(Tensor({{5, 5, 7}}));
  CHECK(learns.get_vocabulary(false) == std::vector<std::int64_t>{5, 7});
}

TEST_CASE("load_model: a folder has its vocabulary below it, whatever ends its lines") {
  const TemporaryFolder folder;
  const Members members = members_of("lookup_adapted");
  std::filesystem::create_directories(folder.path("assets/layers/integer_lookup"));
  folder.write("config.json", members.config);
  folder.write("model.weights.h5", members.weights);
  folder.write(member, "0\r\n-1\r\n9\n8\n7\n6\n5\n4\n3\n\n");
  const auto model = load_model(folder.path(""));
  CHECK(lookup_of(*model).get_vocabulary() == std::vector<std::int64_t>{0, -1, 9, 8, 7, 6, 5, 4, 3});
}

TEST_CASE("load_model: a file without the vocabulary says so, and set_vocabulary() mends it") {
  LoadReport report;
  const auto model = load(with_vocabulary("lookup_adapted", nullptr), &report);
  REQUIRE(report.lines().size() == 1);
  CHECK(report.lines()[0].find("the vocabulary is not in the file") != std::string::npos);
  const Tensor ids({{1, 2, 3, 4}});
  CHECK_THROWS_AS(model->predict(ids), StateError);
  dynamic_cast<IntegerLookup&>(*model->layers().at(0)).set_vocabulary({1, 2, 3, 4, 5, 6, 7});
  CHECK(model->predict(ids).shape() == Shape{1, 1});
}

TEST_CASE("Model::save: weights of a vocabulary are in the file under Keras's name") {
  const TemporaryFolder folder;
  Sequential model{IntegerLookup({.vocabulary = {3, 5}, .idf_weights = {0.5, 2}, .output_mode = "tf_idf"}),
                   layers::Dense(1)};
  const Tensor ids({{3, 5, 9}});
  const Tensor expected = model.predict(ids);
  model.save(folder.path("model.keras"));
  LoadReport report;
  const auto again = load_model(folder.path("model.keras"), {.report = &report});
  CHECK(report.empty());
  CHECK(ops::array_equal(again->predict(ids), expected));
  CHECK(inspect_file(folder.path("model.keras")).find("/layers/integer_lookup/vars/idf_weights") != std::string::npos);
}

TEST_CASE("load_model: vocabularies that are none are refused, and the error names the file in the archive") {
  const std::string place = std::string("changed.keras/") + member;
  const auto refused = [&](const std::string& text, std::string_view part, std::string_view name = "lookup_adapted") {
    const std::string message = refusal(text, name);
    CAPTURE(message);
    CHECK(message.find(place) != std::string::npos);
    CHECK(message.find(part) != std::string::npos);
  };
  refused("0\n-1\n1\n2\n3\n4\n5\n6\nseven", "line 9 is no integer; got \"seven\"");
  refused("0\n-1\n\n2\n3\n4\n5\n6\n7", "line 3 is no integer");
  refused("0\n-1\n1\n2\n3\n4\n5\n6\n9223372036854775808", "line 9 is no integer");
  refused("0\n-1\n1 \n2\n3\n4\n5\n6\n7", "line 3 is no integer");
  refused("0\n-1\n1\n2\n3", "the vocabulary has another size; got 5; expected 9");
  refused("", "the vocabulary has another size; got 0; expected 9");
  refused("0\n-1\n1\n1\n3\n4\n5\n6\n7", "the vocabulary has 1 twice");
  refused("0\n-1\n1\n0\n3\n4\n5\n6\n7", "the vocabulary has 0 among its tokens");
  refused(std::string(1000, '9'), "line 1 is no integer");
}
