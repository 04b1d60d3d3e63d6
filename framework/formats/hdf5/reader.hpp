#pragma once
// Internal: HDF5 files, as Keras and h5py write them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/formats/hdf5/limits.hpp>
#include <cornu/framework/formats/hdf5/types.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::formats {

namespace hdf5 {
class Document;
class Input;
struct DatasetHeader;
struct Attribute;
}  // namespace hdf5

/// The elements of a dataset, with shape and type; nothing of them is read before it is asked for.
class Hdf5Dataset {
 public:
  const Shape& shape() const { return shape_; }
  /// How the elements are stored.
  Hdf5Type type() const;
  /// The dtype that read() gives: float16 and bfloat16 become float32; integers of 8 and 16 bits int32; uint32 and
  /// uint64 int64. Throws FileError for types that it refuses.
  DType dtype() const;
  /// Where the elements lie, if they lie in one piece and are stored as a Tensor of dtype() (or as int8) keeps them, so
  /// that they can be used in place: a bool may still be other than 0 and 1. Nothing for an empty dataset.
  std::optional<Hdf5Place> place() const;

  /// All elements. Throws FileError for strings and types that are not supported, for damaged or overlong compressed
  /// data, for uint64 numbers of 2^63 and more, and for a bool other than 0 and 1.
  Tensor read() const;
  /// The elements of an int8 dataset as they are. Throws FileError for other types.
  std::vector<std::int8_t> read_int8() const;
  /// The elements of a dataset of strings, in row-major order. Throws FileError for other types.
  std::vector<std::string> read_strings() const;

 private:
  friend class Hdf5Object;
  Hdf5Dataset(std::shared_ptr<const hdf5::Document> document, std::uint32_t node);
  std::vector<std::byte> stored() const;
  std::optional<Tensor> in_file() const;

  std::shared_ptr<const hdf5::Document> document_;
  std::shared_ptr<const hdf5::Input> input_;
  std::shared_ptr<const hdf5::DatasetHeader> header_;
  Shape shape_;
};

enum class Hdf5Kind : std::uint8_t { group, dataset, other };

/// A group, a dataset, or something that is neither (a link into another file, for example), which has a name alone.
class Hdf5Object {
 public:
  /// The last part of the path; "" for the root.
  std::string name() const;
  std::string path() const;
  Hdf5Kind kind() const;
  bool is_group() const { return kind() == Hdf5Kind::group; }
  bool is_dataset() const { return kind() == Hdf5Kind::dataset; }

  /// What is in a group, in the order of the names' bytes (dense, dense_1, dense_10, dense_2); nothing otherwise.
  std::vector<Hdf5Object> children() const;
  /// The object at a path from here, "vars/0"; nothing when there is none.
  std::optional<Hdf5Object> find(std::string_view path) const;
  /// The same. Throws FileError, naming what is there, when there is none.
  Hdf5Object at(std::string_view path) const;

  /// Throws FileError when this is not a dataset, or one whose layout or filters are not supported.
  Hdf5Dataset dataset() const;

  std::vector<std::string> attribute_names() const;
  bool has_attribute(std::string_view name) const;
  /// The attribute of that name, or nothing when there is none. Throws FileError when it is of another kind: a single
  /// string, a list of strings (of any length, also an empty list of numbers, as Keras writes it), an integer, a
  /// number.
  std::optional<std::string> string_attribute(std::string_view name) const;
  std::optional<std::vector<std::string>> strings_attribute(std::string_view name) const;
  std::optional<std::int64_t> integer_attribute(std::string_view name) const;
  std::optional<double> floating_attribute(std::string_view name) const;

 private:
  friend class Hdf5File;
  Hdf5Object(std::shared_ptr<const hdf5::Document> document, std::uint32_t node);

  std::shared_ptr<const hdf5::Document> document_;
  std::uint32_t node_;
};

/// The tree of groups and datasets in the bytes of an HDF5 file: superblocks 0 to 3, old and new groups; numbers,
/// bools, strings and bfloat16; in one piece, compact or in chunks, with deflate, shuffle and fletcher32.
///
///     const Hdf5File file(bytes, "model.weights.h5");
///     for (const Hdf5Object& layer : file.root().at("layers").children())
///       if (const auto kernel = layer.find("vars/0")) print(kernel->dataset().read());
///
/// The bytes must live as long as the file and all that was taken from it. Every read stays within them, whatever they
/// say; memory is taken for what is stored, or up to the limits. Several threads may read. Links to other objects or
/// files, virtual datasets, references, compounds and other filters are refused with the path of the object, when it is
/// read. Format: "HDF5 File Format Specification", version 3.0 (The HDF Group).
class Hdf5File {
 public:
  /// `name` stands in errors. Throws FileError for what is no HDF5 file, damaged groups, more objects than the limits
  /// allow and a group that is linked twice.
  Hdf5File(std::span<const std::byte> bytes, std::string name, const Hdf5Limits& limits = {});
  /// The same of bytes that are a part of `file`, which read() then leaves there: its tensors are parts of the file
  /// where an array has 64 KiB or more, a place(), the dtype that read() gives, begins at a multiple of its element's
  /// size and lies over none that was read before. Other arrays are copied.
  Hdf5File(std::span<const std::byte> bytes, std::string name, SharedFile file, const Hdf5Limits& limits = {});

  Hdf5Object root() const;
  /// root().find(path) and root().at(path).
  std::optional<Hdf5Object> find(std::string_view path) const { return root().find(path); }
  Hdf5Object at(std::string_view path) const { return root().at(path); }

 private:
  std::shared_ptr<const hdf5::Document> document_;
};

}  // namespace cornu::formats
