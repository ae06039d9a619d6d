@echo off
rem Starts LeanPose from a checkout: builds src\LeanPose.Cli when a source has changed, then runs it.
setlocal
set "ROOT=%~dp0"
set "PROJECT=%ROOT%src\LeanPose.Cli"
set "PROGRAM=%PROJECT%\bin\Release\net10.0\LeanPose.Cli.dll"
set "STAMP=%PROJECT%\bin\Release\leanpose.stamp"
set "LOG=%PROJECT%\bin\Release\leanpose-build.log"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo leanpose: 'dotnet' was not found. LeanPose needs the .NET SDK 10: see https://dotnet.microsoft.com/download>&2
  exit /b 127
)

if not exist "%PROGRAM%" goto build
if not exist "%STAMP%" goto build
rem Exit code 1 when a source is newer than the stamp.
powershell -NoProfile -Command "$s=(Get-Item -LiteralPath $env:STAMP).LastWriteTimeUtc; $n=Get-ChildItem -Path ($env:ROOT+'src'),($env:ROOT+'eng'),($env:ROOT+'Directory.*'),($env:ROOT+'global.json') -Recurse | Where-Object { $_.FullName -notmatch '\\(bin|obj|\.vs)(\\|$)' -and $_.LastWriteTimeUtc -gt $s } | Select-Object -First 1; if ($n) { exit 1 }"
if not errorlevel 1 goto run

:build
if exist "%PROJECT%\obj\project.assets.json" (
  echo building LeanPose ...>&2
) else (
  echo building LeanPose ^(first start fetches packages, about 250 MB^) ...>&2
)
if not exist "%PROJECT%\bin\Release" mkdir "%PROJECT%\bin\Release"
type nul >"%STAMP%.new"
pushd "%ROOT%"
dotnet build "%PROJECT%" -c Release -v quiet -nologo -nodeReuse:false >"%LOG%" 2>&1
if errorlevel 1 (
  type "%LOG%" >&2
  echo leanpose: the build failed; its output stands above. LeanPose needs the .NET SDK 10: see https://dotnet.microsoft.com/download>&2
  popd
  exit /b 1
)
popd
move /y "%STAMP%.new" "%STAMP%" >nul

:run
dotnet "%PROGRAM%" %*
exit /b %errorlevel%
