# What every target of the project has in common: the language, the warnings, the sanitizers, the compiler cache.
#
#   diamond_target(TARGET)

set(DIAMOND_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=…")
set(DIAMOND_SANITIZE_OPTIMIZE "-O0" CACHE STRING "With sanitizers: how much the compiler optimizes")
option(DIAMOND_FUZZ "Build tests/fuzz (clang only)" OFF)
option(DIAMOND_WERROR "Warnings are errors" ON)

find_program(CCACHE ccache)

function(diamond_target target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion>
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${DIAMOND_WERROR}>>:-Werror>)
  # GCC 12 sees overlaps in `"literal" + std::string` that are none (GCC bug 105651, mended in 13).
  target_compile_options(${target} PRIVATE
    $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
  if(DIAMOND_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${DIAMOND_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 ${DIAMOND_SANITIZE_OPTIMIZE})
    target_link_options(${target} PRIVATE -fsanitize=${DIAMOND_SANITIZE})
    if(DIAMOND_FUZZ)
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)  # tests/fuzz sees where an input leads
    endif()
  endif()
  if(CCACHE)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
endfunction()
