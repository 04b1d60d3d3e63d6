#include <cornu/framework/saving/keras_archive.hpp>

#include <fmt/core.h>

#include <filesystem>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/looks_like.hpp>
#include <cornu/framework/formats/zip/reader.hpp>

namespace cornu::detail {

namespace {

constexpr const char* config_member = "config.json";
constexpr const char* weights_member = "model.weights.h5";

bool is_zip(std::span<const std::byte> bytes) {
  return bytes.size() >= 4 && bytes[0] == std::byte{'P'} && bytes[1] == std::byte{'K'};
}

void require_zip(std::span<const std::byte> bytes, const std::string& name) {
  if (is_zip(bytes)) return;
  const std::string_view kind = formats::looks_like(bytes);
  throw FileError("load_model",
                  fmt::format("'{}' is no .keras file; got {}; expected a zip archive with config.json and "
                              "model.weights.h5",
                              name, kind));
}

// Of a file, and nothing else: a pipe or a device that has the name could make us wait or read for ever.
std::string text_in(const std::string& path) {
  const formats::MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  if (bytes.size() > formats::JsonLimits().bytes)
    throw FileError("load_model", fmt::format("'{}' has {} bytes; expected at most {}", path, bytes.size(),
                                              formats::JsonLimits().bytes));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

KerasArchive KerasArchive::open(const std::string& path, const ArchiveOptions& options) {
  KerasArchive archive;
  archive.name_ = path;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    archive.read_folder(options);
    return archive;
  }
  archive.file_ = std::make_shared<const formats::MappedFile>(path);
  archive.read_zip(archive.file_->bytes(), options);
  return archive;
}

KerasArchive KerasArchive::of(std::span<const std::byte> bytes, const std::string& name, std::uint64_t max_ratio) {
  KerasArchive archive;
  archive.name_ = name;
  archive.read_zip(bytes, {.max_ratio = max_ratio});
  return archive;
}

void KerasArchive::read_zip(std::span<const std::byte> bytes, const ArchiveOptions& options) {
  require_zip(bytes, name_);
  archive_ = bytes;
  max_ratio_ = options.max_ratio;
  const formats::ZipReader zip(bytes, name_, {.ratio = options.max_ratio});
  config_ = zip.read_text(zip.at(config_member), formats::JsonLimits().bytes);
  const formats::ZipMember& weights = zip.at(weights_member);
  weights_name_ = fmt::format("{}/{}", name_, weights_member);
  stored_weights_ = weights.compressed_size;
  if (weights.method == formats::ZipMethod::stored) {
    if (options.memory_map)
      weights_file_ = file_;
    else
      zip.check(weights);
    weights_ = zip.packed(weights);
    return;
  }
  unpacked_.resize(weights.size);
  zip.read(weights, unpacked_);
  weights_ = unpacked_;
}

std::optional<std::string> KerasArchive::text(const std::string& path) const {
  if (is_zip_) {
    const formats::ZipReader zip(archive_, name_, {.ratio = max_ratio_});
    const formats::ZipMember* const member = zip.find(path);
    return member ? std::optional(zip.read_text(*member)) : std::nullopt;
  }
  const std::filesystem::path file = std::filesystem::path(name_) / path;
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? std::optional(text_in(file.string())) : std::nullopt;
}

void KerasArchive::read_folder(const ArchiveOptions& options) {
  is_zip_ = false;
  const std::filesystem::path folder(name_);
  const std::string config = (folder / config_member).string();
  weights_name_ = (folder / weights_member).string();
  config_ = text_in(config);
  file_ = std::make_shared<const formats::MappedFile>(weights_name_);
  if (options.memory_map) weights_file_ = file_;
  weights_ = file_->bytes();
  stored_weights_ = weights_.size();
}

}  // namespace cornu::detail
