# The program `cornu`: framework/command, of which main.cpp is all that the tests cannot link.
find_package(CLI11 REQUIRED)
include(CheckPIESupported)
check_pie_supported()
set(command_main framework/command/main.cpp)
set(onnx_main framework/command/onnx_main.cpp)
list(REMOVE_ITEM command_sources ${command_main} ${onnx_main})

add_library(cornu_command_objects OBJECT ${command_sources})
target_link_libraries(cornu_command_objects PUBLIC cornu::cornu cornu_settings CLI11::CLI11)
target_compile_options(cornu_command_objects PRIVATE ${stack_protector} ${hardening})
# The command line's library takes the compiler long, and only arguments are read here: the work is in the library.
set_property(SOURCE ${command_sources} ${command_main} ${onnx_main}
             APPEND PROPERTY COMPILE_OPTIONS $<IF:$<CONFIG:Debug>,-O0,-O1>)
set_target_properties(cornu_command_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)

# cornu_add_program(TARGET NAME FOLDER MAIN): a program that will be installed in FOLDER.
function(cornu_add_program target name folder main)
  add_executable(${target} ${main} $<TARGET_OBJECTS:cornu_command_objects>)
  target_link_libraries(${target} PRIVATE cornu::cornu cornu_settings CLI11::CLI11)
  target_compile_options(${target} PRIVATE ${stack_protector} ${hardening})
  target_link_options(${target} PRIVATE ${hardening_link})
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${folder} OUTPUT_VARIABLE libraries)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} POSITION_INDEPENDENT_CODE ON INSTALL_RPATH "$ORIGIN/${libraries}"
                        INSTALL_RPATH_USE_LINK_PATH ON)
endfunction()

cornu_add_program(cornu_command cornu ${CMAKE_INSTALL_FULL_BINDIR} ${command_main})
if(onnx_sources)  # a program of its own, run by `cornu export`: the library of ONNX takes long to load
  cornu_add_program(cornu_onnx_command cornu-onnx ${CMAKE_INSTALL_FULL_LIBEXECDIR}/cornu ${onnx_main})
endif()
