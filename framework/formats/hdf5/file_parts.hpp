#pragma once
// Internal: tensors that are parts of a file.
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/mapped_file.hpp>

namespace cornu::formats::hdf5 {

/// Gives parts of a file to tensors, each byte to one of them at most: two datasets may lie at one place, and a tensor
/// that is written to must change no other. Several threads may ask.
class FileParts {
 public:
  /// Without a file nothing is given.
  explicit FileParts(SharedFile file) : file_(std::move(file)) {}

  /// A tensor over `stored`, which lies in the file. Nothing when that is shorter than 64 KiB, begins at no multiple of
  /// an element's size, or was given before in part or whole.
  std::optional<Tensor> take(Bytes stored, const Shape& shape, DType dtype);

 private:
  bool reserve(std::uint64_t begin, std::uint64_t end);

  SharedFile file_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> given_;  // begin to end
};

}  // namespace cornu::formats::hdf5
