#include <cornu/framework/formats/looks_like.hpp>

#include <algorithm>
#include <utility>

namespace cornu::formats {

namespace {

constexpr std::string_view hdf5 = "\x89HDF\r\n\x1A\n";

constexpr std::string_view zip = "PK\x03\x04";

constexpr std::pair<std::string_view, std::string_view> starts[] = {
    {zip, "a zip archive"},
    {"PK\x05\x06", "an empty zip archive"},
    {"\x93NUMPY", "a file of numpy.save"},
    {"\x1F\x8B", "a gzip file"},
    {"BZh", "a bzip2 file"},
    {"\xFD"
     "7zXZ",
     "an xz file"},
    {"\x28\xB5\x2F\xFD", "a zstd file"},
    {"7z\xBC\xAF\x27\x1C", "a 7z archive"},
    {"Rar!", "a rar archive"},
    {"\x80\x02", "a pickle"},
    {"\x80\x03", "a pickle"},
    {"\x80\x04", "a pickle"},
    {"\x80\x05", "a pickle"},
    {"\x89PNG", "a PNG picture"},
    {"%PDF", "a PDF document"},
    {"version https://git-lfs", "a Git LFS pointer, not the file that it stands for"},
    {"<", "a web page or XML"},
    {"{", "JSON text"},
};

// A user block may stand in front, of a power of two from 512 on. So may the head of an archive that holds such a file.
bool is_hdf5(std::string_view text) {
  if (text.starts_with(hdf5)) return true;
  if (text.starts_with(zip)) return false;
  for (std::size_t offset = 512; offset + hdf5.size() <= text.size(); offset *= 2)
    if (text.substr(offset).starts_with(hdf5)) return true;
  return false;
}

}  // namespace

std::string_view looks_like(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) return "an empty file";
  if (is_hdf5(text)) return "an HDF5 file";
  if (text.size() >= 262 && text.substr(257, 5) == "ustar") return "a tar archive";
  const auto* const found = std::find_if(std::begin(starts), std::end(starts),
                                         [&](const auto& known) { return text.starts_with(known.first); });
  return found != std::end(starts) ? found->second : "a file of another kind";
}

}  // namespace cornu::formats
