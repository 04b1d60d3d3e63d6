#include "tests/hostile/members.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

std::string keras_file(std::string_view name) {
  return read_text_file(fixture_path(fmt::format("keras/{}.keras", name)));
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

Members members_of(std::string_view name) {
  const std::string file = keras_file(name);
  const formats::ZipReader zip(bytes_of(file), std::string(name));
  return {zip.read_text(zip.at("config.json")), zip.read_text(zip.at("model.weights.h5"))};
}

std::string archive_of(const Members& members, bool deflated) {
  return formats::zip_bytes(
      {{.name = "config.json", .parts = {formats::as_part(members.config)}, .deflated = deflated},
       {.name = "model.weights.h5", .parts = {formats::as_part(members.weights)}, .deflated = deflated}});
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  if (place == std::string::npos) throw std::logic_error(fmt::format("'{}' is not there", from));
  return text.replace(place, from.size(), to);
}

void put(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes.at(at + i) = static_cast<char>(number >> 8 * i & 0xFF);
}

HostileFile hostile_model(std::string kind, std::string bytes, std::string error) {
  return {std::move(kind), HostileUse::model, {"model.keras", std::move(bytes)}, std::move(error)};
}

HostileFile model_with_config(std::string kind, std::string config, std::string error) {
  const std::string bytes = archive_of({std::move(config), members_of("dense").weights}, true);
  return hostile_model(std::move(kind), bytes, std::move(error));
}

HostileFile model_with_weights(std::string kind, std::string weights, std::string error) {
  const std::string bytes = archive_of({members_of("dense").config, std::move(weights)}, true);
  return hostile_model(std::move(kind), bytes, std::move(error));
}

std::vector<HostileFile> hostile_files() {
  std::vector<HostileFile> all;
  for (const auto& files : {hostile_archives(), hostile_configs(), hostile_weights(), hostile_legacy(), hostile_data()})
    all.insert(all.end(), files.begin(), files.end());
  return all;
}

}  // namespace cornu::testing
