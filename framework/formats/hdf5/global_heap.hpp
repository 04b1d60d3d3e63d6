#pragma once
// Internal: global heaps, in which strings of variable length lie.
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

/// The objects of all collections of a file; each collection is read once, when it is first asked for. Several threads
/// may ask.
class GlobalHeap {
 public:
  /// The object of that number in the collection at `address`. Throws FileError when there is none, for a damaged
  /// collection and for collections that lie over each other.
  Bytes object(const Input& input, std::uint64_t address, std::uint64_t number);

 private:
  using Collection = std::unordered_map<std::uint64_t, Bytes>;
  void read(const Input& input, std::uint64_t address, Collection& collection);

  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Collection> collections_;
  std::uint64_t bytes_ = 0;  // of all collections that have been read
};

}  // namespace cornu::formats::hdf5
