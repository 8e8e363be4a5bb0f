/** The voices: ElevenLabs' own default ones are listed, and any well-formed id is somebody's own voice. */

const listed = {
  "21m00Tcm4TlvDq8ikWAM": "Rachel",
  pNInz6obpgDQGcFmaJgB: "Adam",
  EXAVITQu4vr4xnSDxMaL: "Bella",
  ErXwobaYiN019PkySvjV: "Antoni",
  MF3mGyEYCl7XYWbV9V6O: "Elli",
  TxGEqnHWrfWFTfGW9XjX: "Josh",
  XB0fDUnXU5powFXDhCwa: "Charlotte",
  JBFqnCBsd6RMkjVDRZzb: "George",
} as const;

export const isVoice = (id: string): boolean => /^[A-Za-z0-9]{20}$/.test(id);

export const voiceList = () => ({
  voices: Object.entries(listed).map(([voice_id, name]) => ({
    voice_id,
    name,
    category: "premade",
    labels: { language: "en" },
    description: null,
    preview_url: null,
    settings: null,
    high_quality_base_model_ids: ["eleven_flash_v2_5", "eleven_multilingual_v2"],
  })),
});
