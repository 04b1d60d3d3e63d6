#pragma once
// Internal: the first bytes of an HDF5 file.
#include <cstdint>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

/// The address of the root group's object header. Throws FileError for what is no HDF5 file, superblocks of a version
/// other than 0 to 3, addresses of other than 8 bytes, a file that is shorter than it says, that begins with a user
/// block, or that its writer did not close.
std::uint64_t read_superblock(const Input& input);

}  // namespace cornu::formats::hdf5
