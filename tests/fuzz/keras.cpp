// Whole .keras and .h5 files: zip, JSON, HDF5, and the model that is made of them. Changes of bytes alone would hardly
// ever get beyond the zip archive, so most change one of the members, or a value of its config, and pack them anew.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/looks_like.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include "tests/support/changed_config.hpp"
#include "tests/support/legacy_file.hpp"

using namespace cornu;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Random = std::minstd_rand;

std::string with_other_bytes(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + 64);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

// A value becomes one that nobody expects, loses a part, or becomes a copy of another one.
std::string with_other_value(const std::string& json, Random& random) {
  const Config config = formats::parse_json(json, "config.json");
  const std::size_t count = testing::count_values(config), kind = random() % 4;
  const std::size_t number = random() % count, other = random();
  Config taken;
  if (kind == 0) testing::changed_config(config, other % count, [&](const Config& value) { return taken = value; });
  const auto changed = testing::changed_config(config, number, [&](const Config& value) {
    if (kind == 0) return taken;
    if (kind == 1) return testing::without_part(value, other % 16);
    const auto values = testing::unexpected_values();
    return values[other % values.size()];
  });
  return changed.to_json();
}

struct Members {
  std::string config, weights;
};

Members members_of(std::span<const std::byte> archive) {
  const formats::ZipReader zip(archive, "fuzz");
  constexpr std::uint64_t limit = 1 << 20;
  return {zip.read_text(zip.at("config.json"), limit), zip.read_text(zip.at("model.weights.h5"), limit)};
}

std::string archive_of(const Members& members) {
  return formats::zip_bytes({{.name = "config.json", .parts = {formats::as_part(members.config)}},
                             {.name = "model.weights.h5", .parts = {formats::as_part(members.weights)}}});
}

// Of a model in the .h5 form, the config of its layers or of its training.
std::string with_other_attribute(const std::string& file, Random& random) {
  const char* const name = random() % 4 == 0 ? "training_config" : "model_config";
  const auto text = formats::Hdf5File(std::as_bytes(std::span(file)), "fuzz").root().string_attribute(name);
  return text ? testing::with_root_attributes(file, {{name, with_other_value(*text, random)}}) : "";
}

std::string with_other_member(std::span<const std::byte> archive, Random& random) {
  if (formats::looks_like(archive) == "an HDF5 file") {
    std::string file(reinterpret_cast<const char*>(archive.data()), archive.size());
    return random() % 2 == 0 ? with_other_bytes(std::move(file)) : with_other_attribute(file, random);
  }
  Members members = members_of(archive);
  const std::size_t kind = random() % 8;
  if (kind < 4)
    members.config = with_other_value(members.config, random);
  else if (kind < 7)
    members.weights = with_other_bytes(std::move(members.weights));
  else
    members.config = with_other_bytes(std::move(members.config));
  return archive_of(members);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  Random random(seed);
  try {
    const std::string changed =
        random() % 16 == 0 ? "" : with_other_member(std::as_bytes(std::span(data, size)), random);
    if (!changed.empty() && changed.size() <= max_size) {
      std::memcpy(data, changed.data(), changed.size());
      return changed.size();
    }
  } catch (const Error&) {                     // no archive, or no JSON in it
  } catch (const std::bad_optional_access&) {  // an attribute of another kind
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    LoadReport report;
    load_model(std::as_bytes(std::span(data, size)), {.report = &report}, "fuzz");
  } catch (const Error&) {
  }
  return 0;
}
