#pragma once
// Internal: HDF5 files, written as Keras writes them.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <cornu/framework/formats/hdf5/types.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::formats {

/// What an attribute may be: a string or a list of strings, of variable length and in UTF-8, an int64 or a float64.
using Hdf5AttributeValue = std::variant<std::string, std::vector<std::string>, std::int64_t, double>;

class Hdf5Image;

/// Collects groups, datasets and attributes, and makes a file of them: superblock 0, symbol tables, every dataset
/// contiguous. Groups on the way to an object are made with it. Paths begin with "/".
///
///     Hdf5Writer writer("model.weights.h5");
///     writer.add_dataset("/layers/dense/vars/0", kernel);
///     writer.set_attribute("/layers/dense/vars", "name", "dense");
///     const Hdf5Image image = writer.finish();
///
/// libhdf5 makes groups, attributes and headers of datasets, in memory; the elements are put behind them.
class Hdf5Writer {
 public:
  /// `name` stands in errors.
  explicit Hdf5Writer(std::string name) : name_(std::move(name)) {}

  void add_group(const std::string& path);
  /// float32, float64, int32, int64 and bool, as they are. Throws StateError for a symbolic tensor.
  void add_dataset(const std::string& path, const Tensor& tensor);
  /// float32 numbers as bfloat16, rounded to nearest even: two opaque bytes, and the attribute dtype = "bfloat16".
  /// Throws ValueError for another dtype.
  void add_bfloat16(const std::string& path, const Tensor& tensor);
  /// Throws ShapeError unless there are shape.size() values.
  void add_int8(const std::string& path, const Shape& shape, const std::vector<std::int8_t>& values);
  /// An attribute of a group or a dataset that was added before, or is on the way to one.
  void set_attribute(const std::string& path, const std::string& name, Hdf5AttributeValue value);

  /// The file. Throws FileError, with the reason that libhdf5 gives, when two objects have one path, an attribute has
  /// no object, or is longer than a header can hold (64 KiB; of lists: 4,095 strings).
  Hdf5Image finish() const;

  /// What finish() works on.
  struct Object {
    std::string path;
    bool is_dataset = false;
    Hdf5Type type = Hdf5Type::other;
    Shape shape = {};
    Tensor tensor = {};      ///< the elements, or
    std::string bytes = {};  ///< the elements if they are no tensor's
  };
  struct Attribute {
    std::string path, name;
    Hdf5AttributeValue value;
  };

 private:
  std::string name_;
  std::vector<Object> objects_;
  std::vector<Attribute> attributes_;
};

/// A whole file in parts that stand one behind the other. The elements of tensors are not copied: their parts are the
/// tensors' own memory, so that a large table goes from there to the disk at once.
class Hdf5Image {
 public:
  Hdf5Image(Hdf5Image&&) = default;
  Hdf5Image& operator=(Hdf5Image&&) = default;

  /// All bytes in order; valid as long as the image.
  const std::vector<std::string_view>& parts() const { return parts_; }
  std::uint64_t size() const { return size_; }
  /// The parts in one string: a copy of everything.
  std::string join() const;
  /// Where the elements of a dataset lie in the file; the offset is a multiple of 64. Nothing for a dataset without
  /// elements, and for other paths than those of add_dataset, add_bfloat16 and add_int8.
  std::optional<Hdf5Place> place(const std::string& path) const;

 private:
  friend class Hdf5Writer;
  Hdf5Image() = default;
  void append(std::string_view part);
  void append_elements(const Hdf5Writer::Object& object);
  void align();

  std::deque<std::string> owned_;  // of the parts that are no tensor's; they stay where they are
  std::vector<Tensor> tensors_;
  std::vector<std::string_view> parts_;
  std::uint64_t size_ = 0;
  std::map<std::string, Hdf5Place> places_;
};

}  // namespace cornu::formats
