# Puts files into a program, byte for byte, so that it needs none of them on disk when it runs.
#
#   embed_files(TARGET HEADER name.h NAMESPACE ns FILES symbol=path…)
#
# makes `#include "name.h"` declare `std::string_view ns::symbol()` for each file. The assembler's `.incbin` takes files
# of any size and content, and takes no time.
function(embed_files target)
  cmake_parse_arguments(EMBED "" "HEADER;NAMESPACE" "FILES" ${ARGN})
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  string(MAKE_C_IDENTIFIER "${target}_${EMBED_HEADER}" stem)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(definitions "")
  set(paths "")
  foreach(entry IN LISTS EMBED_FILES)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched "${entry}")
    set(symbol ${CMAKE_MATCH_1})
    cmake_path(ABSOLUTE_PATH CMAKE_MATCH_2 OUTPUT_VARIABLE path)
    if(NOT EXISTS ${path})
      message(FATAL_ERROR "${path} is missing: run scripts/setup, which installs what the build needs")
    endif()
    list(APPEND paths ${path})
    set(label ${stem}_${symbol})
    string(APPEND assembly
      ".global ${label}_begin\n.global ${label}_end\n${label}_begin:\n.incbin \"${path}\"\n${label}_end:\n.byte 0\n")
    string(APPEND declarations "std::string_view ${symbol}();\n")
    string(APPEND definitions
      "extern \"C\" const char ${label}_begin[];\nextern \"C\" const char ${label}_end[];\n"
      "std::string_view ${EMBED_NAMESPACE}::${symbol}() { return {${label}_begin, ${label}_end}; }\n")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")
  file(CONFIGURE OUTPUT ${directory}/${stem}.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${directory}/${EMBED_HEADER} @ONLY CONTENT
    "#pragma once\n#include <string_view>\nnamespace ${EMBED_NAMESPACE} {\n${declarations}}\n")
  file(CONFIGURE OUTPUT ${directory}/${stem}.cpp @ONLY CONTENT
    "#include \"${EMBED_HEADER}\"\n${definitions}")
  set_source_files_properties(${directory}/${stem}.S PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${directory}/${stem}.S ${directory}/${stem}.cpp)
  target_include_directories(${target} PRIVATE ${directory})
endfunction()
