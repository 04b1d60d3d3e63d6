#include <cornu/framework/base/files.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <list>
#include <string_view>
#include <system_error>

#include <cornu/framework/base/draft.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/paths.hpp>

namespace cornu {

namespace {

[[noreturn]] void fail_to_read(const std::string& path, std::string_view reason) {
  throw FileError("read_text_file", fmt::format("cannot read '{}'; got: {}", path, reason));
}

[[noreturn]] void fail_to_read(const std::string& path, int error) {
  fail_to_read(path, std::generic_category().message(error));
}

// A file that is open for reading: no folder, no device, and no pipe, which could keep us waiting.
class Input {
 public:
  explicit Input(const std::string& path) : path_(path) {
    require_file_name("read_text_file", "read", path);
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) fail_to_read(path, errno);
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) return;
    ::close(descriptor_);
    fail_to_read(path, "a folder, a pipe or a device; expected a file");
  }
  ~Input() { ::close(descriptor_); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // The next bytes; none at the end.
  std::string_view read_into(std::span<char> block) const {
    while (true) {
      const ::ssize_t count = ::read(descriptor_, block.data(), block.size());
      if (count >= 0) return {block.data(), static_cast<std::size_t>(count)};
      if (errno != EINTR) fail_to_read(path_, errno);
    }
  }

 private:
  const std::string& path_;
  int descriptor_ = -1;
};

std::function<void(const WriteAt&)> one_behind_the_other(std::initializer_list<std::string_view> parts) {
  return [parts](const WriteAt& write) {
    std::uint64_t offset = 0;
    for (const std::string_view part : parts) {
      write(offset, std::as_bytes(std::span(part)));
      offset += part.size();
    }
  };
}

void require_different(const std::vector<FileText>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (is_same_target("write_whole_files", files[k].path, files[i].path))
        throw FileError("write_whole_files", fmt::format("two files have one path; got '{}' and '{}'; expected a path "
                                                         "for each",
                                                         files[k].path, files[i].path));
}

}  // namespace

std::string read_text_file(const std::string& path, std::uint64_t limit) {
  const Input input(path);
  std::string text;
  std::vector<char> block(std::size_t{1} << 18);
  for (std::string_view read = input.read_into(block); !read.empty(); read = input.read_into(block)) {
    if (read.size() > limit - text.size()) fail_to_read(path, fmt::format("more than the {} bytes allowed", limit));
    text += read;
  }
  return text;
}

void write_whole_file(const std::string& path, const std::string& text) {
  write_whole_file(path, std::initializer_list<std::string_view>{text});
}

void write_whole_file(const std::string& path, std::initializer_list<std::string_view> parts) {
  make_whole_file(path, one_behind_the_other(parts));
}

void make_whole_file(const std::string& path, const std::function<void(const WriteAt&)>& make) {
  Draft draft(path);
  make([&](std::uint64_t offset, std::span<const std::byte> bytes) { draft.write(offset, bytes); });
  draft.finish();
  draft.publish();
}

void write_whole_files(const std::vector<FileText>& files) {
  require_different(files);
  std::list<Draft> drafts;
  for (const FileText& file : files) {
    Draft& draft = drafts.emplace_back(file.path);
    draft.write(0, std::as_bytes(std::span(file.text)));
    draft.finish();
  }
  for (Draft& draft : drafts) draft.publish();
}

}  // namespace cornu
