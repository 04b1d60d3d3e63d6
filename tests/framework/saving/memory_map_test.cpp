// load_model with {.memory_map = true}.
#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/tensor/storage.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

constexpr std::int64_t rows = 4'000, columns = 16;

Tensor some_ids(std::int64_t samples) { return random::randint({samples, 8}, 0, rows); }

/// A model with a table of 256 kB and a bias, trained for an epoch.
std::string write_model(const TemporaryFolder& folder, bool trained = true) {
  random::set_seed(1);
  Sequential model{layers::Embedding(rows, columns), layers::GlobalAveragePooling1D(), layers::Dense(1, "sigmoid")};
  model.compile("adam", "binary_crossentropy");
  if (trained) model.fit(some_ids(64), random::randint({64, 1}, 0, 2), {.epochs = 1, .verbose = 0});
  model.build({None, 8});
  model.save(folder.path("model.keras"));
  return folder.path("model.keras");
}

/// Whether the elements are a part of a file. A value that is read out may be a copy, with the updates that rows lack.
bool is_mapped(const Tensor& tensor) { return tensor.identity()->storage->owner != nullptr; }
bool is_mapped(const Variable& variable) { return is_mapped(variable.body().value); }

std::vector<std::vector<float>> weights_of(Model& model) {
  std::vector<std::vector<float>> values;
  for (const Tensor& tensor : model.get_weights()) values.push_back(tensor.to_vector<float>());
  return values;
}

/// The members of a file, put into another archive behind so many bytes.
std::string repacked(const std::string& file, std::size_t before, bool deflated) {
  const std::string text(before, ' ');
  const formats::ZipReader zip(formats::as_part(file), "model.keras");
  constexpr std::uint64_t limit = 1 << 24;
  const std::string config = zip.read_text(zip.at("config.json"), limit),
                    weights = zip.read_text(zip.at("model.weights.h5"), limit);
  return formats::zip_bytes({{.name = "before", .parts = {formats::as_part(text)}},
                             {.name = "config.json", .parts = {formats::as_part(config)}},
                             {.name = "model.weights.h5", .parts = {formats::as_part(weights)}, .deflated = deflated}});
}

/// Where the weights begin.
std::uint64_t offset_in(const std::string& file) {
  return formats::ZipReader(formats::as_part(file), "model.keras").at("model.weights.h5").offset;
}

}  // namespace

TEST_CASE("memory map: a table of a .keras file is a part of the file, with the values that are read otherwise") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder);
  const auto read = load_model(path), mapped = load_model(path, {.memory_map = true});
  const std::vector<Variable> weights = mapped->weights();
  REQUIRE(weights.size() == 3);
  CHECK(is_mapped(weights[0]));
  CHECK_FALSE(is_mapped(weights[1]));  // is shorter than 64 KiB
  CHECK_FALSE(is_mapped(read->weights()[0]));
  std::ptrdiff_t slots = 0;
  for (const Variable& variable : mapped->optimizer().variables()) slots += is_mapped(variable) ? 1 : 0;
  CHECK(slots == 2);  // Adam's averages of the table
  CHECK(reinterpret_cast<std::uintptr_t>(weights[0].body().value.data<float>()) % 64 == 0);
  CHECK(weights_of(*mapped) == weights_of(*read));
  const Tensor ids = some_ids(5);
  CHECK(mapped->predict(ids).to_vector<float>() == read->predict(ids).to_vector<float>());
}

TEST_CASE("memory map: training goes on to the same bits, slots too, and the file stays as it is") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder), before = folder.read("model.keras");
  const auto trained = [&](const LoadOptions& options) {
    const auto model = load_model(path, options);  // sets the random state
    model->fit(some_ids(64), random::randint({64, 1}, 0, 2), {.epochs = 2, .verbose = 0});
    return weights_of(*model);
  };
  const auto expected = trained({});
  CHECK(trained({.memory_map = true}) == expected);
  CHECK(folder.read("model.keras") == before);
}

TEST_CASE("memory map: a model may be saved over the file that it is a part of, and goes on") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder);
  const auto model = load_model(path, {.memory_map = true});
  model->fit(some_ids(64), random::randint({64, 1}, 0, 2), {.epochs = 1, .verbose = 0});
  model->save(path);
  CHECK(weights_of(*load_model(path)) == weights_of(*model));
  std::filesystem::remove(path);
  const auto weights = weights_of(*model);
  model->fit(some_ids(64), random::randint({64, 1}, 0, 2), {.epochs = 1, .verbose = 0});
  CHECK(weights_of(*model) != weights);
}

TEST_CASE("memory map: a tensor outlives its model and its file") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder, false);
  const std::vector<float> expected = load_model(path)->get_weights()[0].to_vector<float>();
  const Tensor table = load_model(path, {.memory_map = true})->weights()[0].peek();
  std::filesystem::remove(path);
  REQUIRE(is_mapped(table));
  CHECK(table.to_vector<float>() == expected);
}

TEST_CASE("memory map: in a folder of the same members") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder), file = folder.read("model.keras");
  const auto expected = weights_of(*load_model(path));
  const formats::ZipReader zip(formats::as_part(file), "model.keras");
  folder.write("config.json", zip.read_text(zip.at("config.json")));
  folder.write("model.weights.h5", zip.read_text(zip.at("model.weights.h5")));
  const auto model = load_model(folder.path("."), {.memory_map = true});
  CHECK(is_mapped(model->weights()[0]));
  CHECK(weights_of(*model) == expected);
}

TEST_CASE("memory map: what lies at no multiple of its element's size, or is compressed, is copied") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder), file = folder.read("model.keras");
  const auto expected = weights_of(*load_model(path));
  int mapped = 0;
  for (std::size_t before = 0; before < 4; ++before) {
    const std::string bytes = repacked(file, before, false);
    const auto model = load_model(folder.write("other.keras", bytes), {.memory_map = true});
    CHECK(is_mapped(model->weights()[0]) == (offset_in(bytes) % 4 == 0));
    CHECK(weights_of(*model) == expected);
    mapped += is_mapped(model->weights()[0]) ? 1 : 0;
  }
  CHECK(mapped == 1);
  const auto model = load_model(folder.write("other.keras", repacked(file, 0, true)), {.memory_map = true});
  CHECK_FALSE(is_mapped(model->weights()[0]));
  CHECK(weights_of(*model) == expected);
}

TEST_CASE("memory map: nothing of a file in memory") {
  const TemporaryFolder folder;
  write_model(folder);
  const std::string file = folder.read("model.keras");
  const auto model = load_model(formats::as_part(file), {.memory_map = true});
  CHECK_FALSE(is_mapped(model->weights()[0]));
}

TEST_CASE("memory map: the checksum of the weights is not compared, that of the config is") {
  const TemporaryFolder folder;
  const std::string path = write_model(folder, false), file = folder.read("model.keras");
  const Tensor table = load_model(path)->get_weights()[0];
  const std::string elements(reinterpret_cast<const char*>(table.data<float>()), table.nbytes());
  std::string damaged = file;
  damaged[file.find(elements) + 100] ^= 1;
  folder.write("damaged.keras", damaged);
  CHECK(message_of<FileError>([&] { load_model(folder.path("damaged.keras")); }).find("its checksum is another one") !=
        std::string::npos);
  CHECK(weights_of(*load_model(folder.path("damaged.keras"), {.memory_map = true})) != weights_of(*load_model(path)));
  damaged = file;
  damaged[file.find("\"Sequential\"") + 1] ^= 1;
  folder.write("damaged.keras", damaged);
  CHECK(message_of<FileError>([&] {
          load_model(folder.path("damaged.keras"), {.memory_map = true});
        }).find("wrong checksum") != std::string::npos);
}

TEST_CASE("memory map: a file that was cut off is refused, wherever") {
  const TemporaryFolder folder;
  write_model(folder);
  const std::string file = folder.read("model.keras");
  for (std::size_t size = 0; size < file.size(); size += 9'973) {
    const std::string path = folder.write("cut.keras", std::string_view(file).substr(0, size));
    CHECK_THROWS_AS(load_model(path, {.memory_map = true}), FileError);
  }
}

TEST_CASE("memory map: weights whose headers point out of the file are refused, with wrong checksums too") {
  const TemporaryFolder folder;
  write_model(folder);
  const std::string file = folder.read("model.keras");
  const std::uint64_t begin = offset_in(file);
  int refused = 0;
  for (std::uint64_t at = begin; at < begin + 8'192; at += 8) {  // where libhdf5 put the headers
    std::string damaged = file;
    damaged.replace(at, 8, 8, '\x7F');
    try {
      weights_of(*load_model(folder.write("damaged.keras", damaged), {.memory_map = true}));
    } catch (const FileError&) {
      ++refused;
    }
  }
  CHECK(refused > 50);
}
