#pragma once
// Internal: a member of a zip archive, read from its front.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <cornu/framework/formats/zip/reader.hpp>

namespace cornu::formats {

/// Gives the content of a member piece by piece, unpacked, and takes its checksum on the way. Both the reader and the
/// member must outlive it.
///
///     ZipStream stream(archive, archive.at("x.npy"));
///     stream.read(header);
///     stream.read(elements);
///     stream.finish();  // only now is what was read known to be right
class ZipStream {
 public:
  ZipStream(const ZipReader& reader, const ZipMember& member);
  ~ZipStream();
  ZipStream(const ZipStream&) = delete;
  ZipStream& operator=(const ZipStream&) = delete;

  /// The next bytes, as many as `to` has. Throws FileError when there are fewer, or when they cannot be unpacked.
  void read(std::span<std::byte> to);
  /// To be called behind the last byte. Throws FileError when there are more, or when the checksum is another one.
  void finish();

 private:
  class Inflater;
  void take(std::span<std::byte> block);

  const ZipReader& reader_;
  const ZipMember& member_;
  std::span<const std::byte> packed_;   // of a stored member what is still to come
  std::unique_ptr<Inflater> inflater_;  // of a deflated one
  std::uint64_t left_;
  std::uint32_t checksum_ = 0;
};

}  // namespace cornu::formats
