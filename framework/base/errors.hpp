#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Everything that cornu throws. The text reads `[where] what happened; got …; expected …; what to do`.
/// While a layer runs, `where` is that layer ("Dense 'dense_1'"); otherwise it is the function that was called.
class Error : public std::runtime_error {
 public:
  Error(std::string_view where, std::string_view message);
};

/// Shapes that do not fit together.
class ShapeError : public Error {
  using Error::Error;
};
/// An argument whose value or dtype cannot be used.
class ValueError : public Error {
  using Error::Error;
};
/// An id, axis or position outside what there is.
class IndexError : public Error {
  using Error::Error;
};
/// A call at the wrong time: a model without compile(), a tape used twice, a layer that is not built.
class StateError : public Error {
  using Error::Error;
};
/// A file that is missing, damaged or not what it should be; the text names the file, and the line where there is one.
class FileError : public Error {
  using Error::Error;
};

/// Names the place for errors thrown while it lives (the innermost on this thread counts). `name` must outlive it.
class ErrorScope {
 public:
  explicit ErrorScope(const std::string& name);
  ~ErrorScope();
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  /// The innermost name on this thread; "" for none.
  static std::string innermost();

 private:
  const std::string* outer_;
};

}  // namespace cornu
CORNU_EXPORT_END
