# The program `cornu`: framework/command, of which main.cpp is all that the tests cannot link.
find_package(CLI11 REQUIRED)
include(CheckPIESupported)
check_pie_supported()
set(command_main framework/command/main.cpp)
list(REMOVE_ITEM command_sources ${command_main})

add_library(cornu_command_objects OBJECT ${command_sources})
target_link_libraries(cornu_command_objects PUBLIC cornu::cornu cornu_settings CLI11::CLI11)
target_compile_options(cornu_command_objects PRIVATE ${stack_protector} ${hardening})
set_target_properties(cornu_command_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)

add_executable(cornu_command ${command_main} $<TARGET_OBJECTS:cornu_command_objects>)
target_link_libraries(cornu_command PRIVATE cornu::cornu cornu_settings CLI11::CLI11)
target_compile_options(cornu_command PRIVATE ${stack_protector} ${hardening})
target_link_options(cornu_command PRIVATE ${hardening_link})
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR} OUTPUT_VARIABLE lib_from_bin)
set_target_properties(cornu_command PROPERTIES OUTPUT_NAME cornu POSITION_INDEPENDENT_CODE ON
                                               INSTALL_RPATH "$ORIGIN/${lib_from_bin}")
