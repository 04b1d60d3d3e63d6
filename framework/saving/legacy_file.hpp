#pragma once
// Internal: the `.h5` files of Keras 2, tf_keras and Keras 3.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/mapped_file.hpp>

namespace cornu::detail {

/// An array of such a file, by the name that it has there: "lstm/lstm_cell/kernel:0".
struct LegacyArray {
  std::string name;
  formats::Hdf5Dataset data;
};

/// A layer of the model itself, with the arrays of all that is within it.
struct LegacyLayer {
  std::string name;
  std::vector<LegacyArray> arrays;
};

/// An HDF5 file of a whole model (the attributes model_config and training_config, the groups model_weights and
/// optimizer_weights) or of its weights alone, which are then the root. Groups of layers stand in the order of the
/// attribute layer_names, arrays in that of weight_names: HDF5's own is the alphabet's.
class LegacyFile {
 public:
  /// Whether bytes are an HDF5 file, of this form or another.
  static bool is_hdf5(std::span<const std::byte> bytes);
  /// Throws FileError for a file that cannot be read. With `memory_map`, arrays are to stay in the file.
  static LegacyFile open(const std::string& path, bool memory_map);
  /// Of bytes that outlive it.
  static LegacyFile of(std::span<const std::byte> bytes, const std::string& name);

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return bytes_.size(); }
  /// Whether it has the weights of layers in this form; a `.weights.h5` has not.
  bool has_layers() const;
  bool is_whole_model() const { return root().has_attribute("model_config"); }
  /// Throws FileError when it holds no model, saying what it holds.
  std::string model_config() const;
  std::optional<std::string> training_config() const { return root().string_attribute("training_config"); }
  /// Keras 3 gives some names another meaning than Keras 2.
  bool is_of_keras3() const;

  /// Throws FileError for arrays that the file names and does not have.
  std::vector<LegacyLayer> layers() const;
  std::vector<LegacyArray> optimizer_arrays() const;
  /// Whether there is a state of an optimizer.
  bool has_optimizer() const { return root().find("optimizer_weights").has_value(); }

 private:
  LegacyFile(std::string name, formats::SharedFile file, std::span<const std::byte> bytes, formats::Hdf5File hdf5);
  formats::Hdf5Object root() const { return hdf5_.root(); }
  formats::Hdf5Object weights() const;

  std::string name_;
  formats::SharedFile file_;
  std::span<const std::byte> bytes_;
  formats::Hdf5File hdf5_;
};

}  // namespace cornu::detail
