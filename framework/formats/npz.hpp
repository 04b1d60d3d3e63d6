#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/formats/named_tensors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Options of read_npz.
struct ReadNpzOptions {
  bool memory_map = false;  ///< leave elements in the file: pages are read when they are first used
  /// An archive that unpacks to more than 64 MiB and more than so many times its size is refused.
  std::uint64_t max_ratio = 200;
};

/// Reads an archive of numpy.savez or numpy.savez_compressed: the arrays in the order of the archive, by the names that
/// NumPy knows them by. What an array may be stands at read_npy.
///
///     const NamedTensors arrays = read_npz("weights.npz");
///     dense.set_weights({arrays["kernel"], arrays["bias"]});
///
/// With `memory_map` those arrays stay in the file that are not compressed and lie where their type can be read, which
/// is so of all that write_npz wrote; their checksum is not looked at. What read_npy says of mapped tensors holds.
/// Other arrays are copied. No matter how it is read, a file must not be shortened meanwhile.
///
/// Throws FileError, naming the file and the array, when the file is missing, damaged, truncated or not such an
/// archive; for arrays of Python objects (pickles); for an archive that unpacks to more than max_ratio allows.
NamedTensors read_npz(const std::string& path, const ReadNpzOptions& options = {});

/// The same of an archive in memory, of which nothing is mapped. `name` is what errors call it.
NamedTensors read_npz(std::span<const std::byte> archive, const std::string& name, const ReadNpzOptions& options = {});

/// Options of write_npz.
struct WriteNpzOptions {
  bool compressed = false;  ///< as numpy.savez_compressed; otherwise arrays are stored where they can be mapped
};

/// Writes a file that numpy.load reads, whole or not at all. Throws ValueError for a name that cannot be that of a
/// member of an archive (empty, absolute, with "..", a backslash or a control character), StateError for a symbolic
/// tensor, FileError when the file cannot be written.
///
///     write_npz("weights.npz", {{"kernel", kernel}, {"bias", bias}});
void write_npz(const std::string& path, const NamedTensors& tensors, const WriteNpzOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END
