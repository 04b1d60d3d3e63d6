#pragma once
// Internal: the members of a .keras file.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/formats/mapped_file.hpp>

namespace cornu::detail {

struct ArchiveOptions {
  std::uint64_t max_ratio = 200;  ///< see LoadOptions
  bool memory_map = false;        ///< weights that are stored are to stay in the file: their checksum is not compared
};

/// config.json and model.weights.h5 of a model, out of a zip archive or a folder. Weights that are stored in the
/// archive are read where they lie, their checksum compared first; compressed ones are unpacked. The bytes that it is
/// made of must outlive it.
class KerasArchive {
 public:
  /// Throws FileError for what is neither, for members that are missing or damaged, and, saying so, for a file of
  /// another kind.
  static KerasArchive open(const std::string& path, const ArchiveOptions& options = {});
  static KerasArchive of(std::span<const std::byte> archive, const std::string& name, std::uint64_t max_ratio);

  const std::string& name() const { return name_; }
  /// Whether it is a zip archive, not a folder.
  bool is_zip() const { return is_zip_; }
  const std::string& config() const { return config_; }
  /// Valid as long as the archive.
  std::span<const std::byte> weights() const { return weights_; }
  /// How many bytes of the archive they are.
  std::uint64_t stored_weights() const { return stored_weights_; }
  const std::string& weights_name() const { return weights_name_; }
  /// Another member, "assets/layers/integer_lookup/vocabulary.txt"; nothing when there is none. `path` is not that of a
  /// user or a file. Throws FileError for one that is damaged or has more than 64 MiB.
  std::optional<std::string> text(const std::string& path) const;
  /// The file that the weights are to stay in; null when they are to be copied.
  const formats::SharedFile& weights_file() const { return weights_file_; }

 private:
  KerasArchive() = default;
  void read_zip(std::span<const std::byte> archive, const ArchiveOptions& options);
  void read_folder(const ArchiveOptions& options);

  std::string name_, config_, weights_name_;
  bool is_zip_ = true;
  std::span<const std::byte> archive_;
  std::uint64_t max_ratio_ = 0;
  formats::SharedFile file_, weights_file_;
  std::vector<std::byte> unpacked_;
  std::span<const std::byte> weights_;
  std::uint64_t stored_weights_ = 0;
};

}  // namespace cornu::detail
