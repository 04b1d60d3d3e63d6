#pragma once
// Internal: the groups of arrays of a weights file, be it one file or several shards.
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/mapped_file.hpp>

namespace cornu::detail {

/// The group "<path>/vars": the arrays "0", "1", …, which may stand in several shards.
class WeightGroup {
 public:
  explicit WeightGroup(std::vector<formats::Hdf5Object> parts) : parts_(std::move(parts)) {}
  std::size_t size() const;
  std::optional<formats::Hdf5Dataset> array(std::size_t number) const;
  /// The name that Keras notes beside the arrays.
  std::optional<std::string> name() const;

 private:
  std::vector<formats::Hdf5Object> parts_;
};

/// Where weights are read from.
class WeightSource {
 public:
  /// One HDF5 file, in bytes that outlive this; large arrays stay in `file`, if there is one, of which they are a part.
  WeightSource(std::span<const std::byte> bytes, const std::string& name, const formats::SharedFile& file = nullptr);
  /// A `.weights.h5`, or a `.weights.json` that names its shards, files in the same folder. Throws FileError.
  static WeightSource open(const std::string& path);

  /// An empty group where the file has none. `path` is that of the layer, "/layers/dense", or "" for the model.
  WeightGroup vars(const std::string& path) const;
  /// The object of that path in the first file that has it.
  std::optional<formats::Hdf5Object> find(const std::string& path) const;
  /// The roots of all files.
  std::vector<formats::Hdf5Object> roots() const;
  /// The paths of the groups that have arrays, "/layers/dense/vars", in the order of each file.
  void visit_groups(const std::function<void(const std::string& path)>& visit) const;

 private:
  WeightSource() = default;
  void add(const std::string& path);

  std::vector<std::unique_ptr<formats::MappedFile>> mapped_;
  std::vector<formats::Hdf5File> files_;
};

}  // namespace cornu::detail
