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
  /// `lets_go`: the archive is a mapped file to which nobody has written. Pages that were read are given back to the
  /// system meanwhile, so that a large file does not count as the program's memory.
  ZipStream(const ZipReader& reader, const ZipMember& member, bool lets_go = false);
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
  void let_go(std::size_t least);

  const ZipReader& reader_;
  const ZipMember& member_;
  std::span<const std::byte> packed_;   // of a stored member what is still to come
  std::unique_ptr<Inflater> inflater_;  // of a deflated one
  std::uint64_t left_;
  bool lets_go_;
  const std::byte* held_;  // the first byte that was not given back
  std::uint32_t checksum_ = 0;
};

}  // namespace cornu::formats
