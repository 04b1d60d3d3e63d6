# OnnxLibraries::OnnxLibraries: ONNX and Protocol Buffers, for the build and for programs that link libcornu_onnx.a. A program
# loads them if it exports.
find_path(ONNX_INCLUDE_DIR onnx/checker.h)
find_path(PROTOBUF_INCLUDE_DIR google/protobuf/message.h)
find_library(ONNX_LIBRARY onnx)
find_library(ONNX_PROTO_LIBRARY onnx_proto)
find_library(PROTOBUF_LIBRARY protobuf)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxLibraries
  REQUIRED_VARS ONNX_LIBRARY ONNX_PROTO_LIBRARY PROTOBUF_LIBRARY ONNX_INCLUDE_DIR PROTOBUF_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "On Debian they are in the packages libonnx-dev and libprotobuf-dev.")
mark_as_advanced(ONNX_INCLUDE_DIR PROTOBUF_INCLUDE_DIR ONNX_LIBRARY ONNX_PROTO_LIBRARY PROTOBUF_LIBRARY)
if(OnnxLibraries_FOUND AND NOT TARGET OnnxLibraries::OnnxLibraries)
  add_library(OnnxLibraries::OnnxLibraries INTERFACE IMPORTED)
  target_include_directories(OnnxLibraries::OnnxLibraries SYSTEM INTERFACE ${ONNX_INCLUDE_DIR})
  target_compile_definitions(OnnxLibraries::OnnxLibraries INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
  target_link_libraries(OnnxLibraries::OnnxLibraries INTERFACE
    "-Wl,--push-state,--as-needed,${ONNX_LIBRARY},${ONNX_PROTO_LIBRARY},${PROTOBUF_LIBRARY},--pop-state")
endif()
