#pragma once
// Internal: an HDF5 file without the elements of its datasets.
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/writer.hpp>

namespace cornu::formats::hdf5 {

/// The bytes of a file with these objects and attributes, as libhdf5 makes them in memory: the datasets have shape and
/// type, but no place for their elements. Throws FileError, naming the file and the object, with libhdf5's reason.
std::string make_skeleton(const std::string& file, const std::vector<Hdf5Writer::Object>& objects,
                          const std::vector<Hdf5Writer::Attribute>& attributes);

}  // namespace cornu::formats::hdf5
