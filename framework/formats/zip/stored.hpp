#pragma once
// Internal: zip archives whose members are stored as they are, written.
#include <vector>

#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/zip/writer.hpp>

namespace cornu::formats {

/// Writes an archive of these members, none of them deflated, with zip64 records where they are needed. A content is
/// read once: the checksum is taken of each block on its way to `write`, and the header in front of it written after
/// it. The names must be checked before.
void write_stored(const WriteAt& write, const std::vector<ZipEntry>& entries);

}  // namespace cornu::formats
