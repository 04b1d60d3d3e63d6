#pragma once
// Internal: filters through which chunks pass.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

enum class Filter : std::uint8_t { deflate, shuffle, fletcher32 };

/// The filters of a dataset in the order in which its writer applied them. Throws FileError for others, by name, and
/// for more than one deflate (the size between the two stands nowhere).
std::vector<Filter> read_filters(const Input& input, Bytes message);

/// Undoes the filters of chunks.
class FilterPipeline {
 public:
  FilterPipeline(const Input& input, std::vector<Filter> filters, std::uint64_t element_size)
      : input_(input), filters_(std::move(filters)), element_size_(element_size) {}

  bool empty() const { return filters_.empty(); }

  /// The chunk that `stored` holds, `bytes` long, valid until the next call. Bit i of `skipped` says that filter i was
  /// not applied to it. Throws FileError for damaged or overlong data, another length and a wrong checksum.
  Bytes undo(Bytes stored, std::uint64_t bytes, std::uint32_t skipped);

 private:
  void inflate(std::uint64_t bytes);
  void unshuffle();
  void check_fletcher32();

  const Input& input_;
  std::vector<Filter> filters_;
  std::uint64_t element_size_;
  Bytes chunk_;
  std::vector<std::byte> memory_, spare_;
};

}  // namespace cornu::formats::hdf5
