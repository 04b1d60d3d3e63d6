#include <cornu/framework/formats/looks_like.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string_view guess(std::string_view text) { return cornu::formats::looks_like(std::as_bytes(std::span(text))); }

}  // namespace

TEST_CASE("looks_like: files that are taken for another are named") {
  CHECK(guess("\x89HDF\r\n\x1A\n...") == "an HDF5 file");
  CHECK(guess(std::string(1024, '\0') + "\x89HDF\r\n\x1A\n") == "an HDF5 file");  // behind a user block
  CHECK(guess("\x1F\x8B\x08...") == "a gzip file");
  CHECK(guess("PK\x03\x04...") == "a zip archive");
  CHECK(guess("PK\x03\x04" + std::string(508, '.') + "\x89HDF\r\n\x1A\n") == "a zip archive");  // with one in it
  CHECK(guess("\x93NUMPY\x01...") == "a file of numpy.save");
  CHECK(guess("\x80\x04\x95...") == "a pickle");
  CHECK(guess("<!DOCTYPE html>") == "a web page or XML");
  CHECK(guess("version https://git-lfs.github.com/spec/v1\n") == "a Git LFS pointer, not the file that it stands for");
  CHECK(guess(std::string(257, 'x') + "ustar") == "a tar archive");
}

TEST_CASE("looks_like: what is known of nothing, and of little") {
  CHECK(guess("") == "an empty file");
  CHECK(guess("PK") == "a file of another kind");
  CHECK(guess(std::string(600, '\0')) == "a file of another kind");
}
